using System.Diagnostics;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Http;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Http;

/// <summary>An API that does what APIs do on bad days: what passes is tried again unattended, what makes no sense holds the stream, and nothing half read is ever published.</summary>
public sealed class HttpMisbehaviourTests : IAsyncLifetime
{
    private const int Count = 130;
    private readonly RecordingPlatform _platform = new();
    private ScriptedApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _api.Fill(Count);
    }

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("silence")]
    [InlineData("cut")]
    [InlineData("length")]
    [InlineData("half")]
    [InlineData("html")]
    public async Task Publish_PageFailsInPassing_IsAskedForAgain(string fault)
    {
        // The second page fails twice, after parts of it may have been read.
        _api.Misbehave = (http, number) => number is 2 or 3 ? ApiFaults.FailAsync(http, fault) : Task.FromResult(false);
        // Only silence is found by the limit; a sound answer on a busy machine must never reach it.
        var limit = TimeSpan.FromSeconds(fault == "silence" ? 2 : 20);
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api) with { Limits = ApiModels.Limits with { Timeout = limit } }, _platform);
        await CaughtUpAsync(adapter);
        Assert.Equal(SourceContract.Rows(Count), PeopleTable.After(_platform.Committed));
        Assert.Equal(Count, PeopleTable.RowCount(_platform.Committed));
        Assert.Single(_platform.Committed, b => b.Header.Kind == BatchKind.SnapshotStart);
        Assert.Equal(4 + 2, _api.Requests.Count);
    }

    [Fact]
    public async Task Publish_TooManyRequests_WaitsAsLongAsTheApiSays()
    {
        _api.Misbehave = async (http, number) =>
        {
            if (number != 2) return false;
            http.Response.Headers.RetryAfter = "1";
            await ScriptedApi.SendAsync(http, "{}", 429);
            return true;
        };
        var clock = Stopwatch.StartNew();
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api), _platform);
        await CaughtUpAsync(adapter);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));
        Assert.Equal(Count, PeopleTable.RowCount(_platform.Committed));
    }

    [Fact]
    public async Task Publish_ApiKeepsFailing_IsLeftAloneForAWhile()
    {
        _api.Misbehave = (http, _) => ApiFaults.FailAsync(http, "500");
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api), _platform);
        await Eventually.TrueAsync(() => ProblemOf(adapter).Contains("left alone", StringComparison.Ordinal));
        Assert.Equal(6, _api.Requests.Count);
        Assert.Empty(_platform.Committed);
        Assert.Equal("open", _platform.State);
    }

    [Fact]
    public async Task Publish_ApiDownBetweenTwoPages_PublishesNothingHalf()
    {
        var down = true;
        _api.Misbehave = (http, number) => number > 2 && Volatile.Read(ref down) ? ApiFaults.FailAsync(http, "html") : Task.FromResult(false);
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api), _platform);
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Retrying);
        Assert.Contains("not JSON", ProblemOf(adapter), StringComparison.Ordinal);
        Assert.Empty(_platform.Committed);
        Volatile.Write(ref down, false);
        await CaughtUpAsync(adapter);
        Assert.Equal(SourceContract.Rows(Count), PeopleTable.After(_platform.Committed));
    }

    [Fact]
    public async Task Publish_Refused_IsNotAskedInAHurryAndTellsNoSecret()
    {
        _api.Misbehave = (http, _) => ApiFaults.FailAsync(http, "401");
        var model = ApiModels.People(_api) with { Credentials = new HttpCredentials("Authorization", "Bearer s3cret") };
        await using var adapter = RunningAdapter.Publish(model, _platform);
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Retrying);
        Assert.Single(_api.Requests);
        Assert.Equal("Bearer s3cret", _api.LastHeaders["Authorization"]);
        Assert.Contains("401", ProblemOf(adapter), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", ProblemOf(adapter) + model, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_ErrorInsideAGoodAnswer_IsTriedAgainWhereTheRuleIsKnown()
    {
        _api.Misbehave = async (http, number) =>
        {
            if (number != 2) return false;
            await ScriptedApi.SendAsync(http, """{"code":500,"data":{"total":0,"items":[]},"msg":"系统繁忙"}""");
            return true;
        };
        var rule = new HttpStatusRule(ApiModels.At("/code"), new HashSet<string>(StringComparer.Ordinal) { "0" });
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api) with { Status = rule }, _platform);
        await CaughtUpAsync(adapter);
        Assert.Equal(Count, PeopleTable.RowCount(_platform.Committed));
    }

    [Theory]
    [InlineData("""{"code":500,"data":null}""", "http_answer_unfit")]
    [InlineData("""{"code":0,"data":{"items":{"code":"P1"}}}""", "http_answer_unfit")]
    [InlineData("""{"code":0,"data":{"items":[],"total":0}}""", "http_pass_empty")]
    [InlineData("""{"code":0,"data":{"items":[]}}""", "http_answer_unfit")]
    public async Task Publish_AnswerMakesNoSense_HoldsAndDeletesNothing(string answer, string code)
    {
        _api.Misbehave = async (http, number) =>
        {
            if (number <= 4) return false;
            await ScriptedApi.SendAsync(http, answer);
            return true;
        };
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api) with { Interval = TimeSpan.FromMilliseconds(100) }, _platform);
        await HeldAsync(code);
        Assert.Equal(Count, PeopleTable.After(_platform.Committed).Count);
        Assert.Single(_platform.Committed, b => b.Header.Kind == BatchKind.SnapshotStart);
    }

    [Theory]
    [InlineData("same", "http_pages_repeat")]
    [InlineData("endless", "http_limit_reached")]
    [InlineData("large", "http_limit_reached")]
    [InlineData("bomb", "http_limit_reached")]
    public async Task Publish_PagesWithoutEnd_HoldAndPublishNothing(string fault, string code)
    {
        _api.Misbehave = async (http, number) =>
        {
            await ApiFaults.EndlessAsync(http, fault, number);
            return true;
        };
        var model = ApiModels.Of(_api, PagingStyle.Offset);
        await using var adapter = RunningAdapter.Publish(model with { Paging = model.Paging with { Total = null }, Limits = ApiModels.Limits with { Pages = 20 } }, _platform);
        await HeldAsync(code);
        Assert.Empty(_platform.Committed);
    }

    [Theory]
    [InlineData("/next?from=0", "http_pages_repeat")]
    [InlineData("http://other.example/next?key=s3cret", "http_address_refused")]
    [InlineData("file:///etc/passwd", "http_address_refused")]
    [InlineData("http://user:s3cret@127.0.0.1/", "http_address_refused")]
    public async Task Publish_NextLinkLoopsOrLeadsAway_Holds(string link, string code)
    {
        _api.Misbehave = async (http, number) =>
        {
            await ScriptedApi.SendAsync(http, $$$"""{"next":"{{{link}}}","items":[{"code":"P{{{number}}}","detail":{"fullName":"a"},"updatedAt":"2026-01-01T00:00:00Z"}]}""");
            return true;
        };
        await using var adapter = RunningAdapter.Publish(ApiModels.Of(_api, PagingStyle.Next), _platform);
        await HeldAsync(code);
        Assert.DoesNotContain("s3cret", _platform.HeldFor!.Value.Reason, StringComparison.Ordinal);
        Assert.Empty(_platform.Committed);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("other")]
    public async Task Publish_RedirectElsewhere_IsNotFollowed(string target)
    {
        await using var other = await ScriptedApi.StartAsync();
        _api.Misbehave = (http, _) =>
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = target == "other" ? new Uri(other.Address, "people").ToString() : target;
            return Task.FromResult(true);
        };
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api) with { Credentials = new HttpCredentials("X-Key", "s3cret") }, _platform);
        await HeldAsync("http_address_refused");
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Publish_RedirectWithinTheHost_IsFollowed()
    {
        _api.Misbehave = (http, number) =>
        {
            if (number > 1) return Task.FromResult(false);
            http.Response.StatusCode = 307;
            http.Response.Headers.Location = "/people?page=1";
            return Task.FromResult(true);
        };
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api), _platform);
        await CaughtUpAsync(adapter);
        Assert.Equal(Count, PeopleTable.RowCount(_platform.Committed));
    }

    private static string ProblemOf(RunningAdapter adapter) => adapter.Progress.Last?.Problem?.ToString() ?? "";

    private Task HeldAsync(string code) => Eventually.TrueAsync(() => _platform.HeldFor?.Code == code);

    private static Task CaughtUpAsync(RunningAdapter adapter) => Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
}
