using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Http;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Http;

public sealed class HttpChangesTests : IAsyncLifetime
{
    private static readonly HashSet<string> Yes = new(StringComparer.Ordinal) { "1" };
    private readonly RecordingPlatform _platform = new();
    private ScriptedApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        _api.Fill(130);
    }

    public async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Publish_Mark_SendsWhatMovedOnAndWhatIsDeleted()
    {
        await using var adapter = RunningAdapter.Publish(Since(), _platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        _api.Put(new ApiPerson("P0000002", "改名", 77, ScriptedApi.Moment(500)));
        _api.Put(new ApiPerson("P0000003", "已注销", 3, ScriptedApi.Moment(501), Deleted: 1));
        _api.Put(new ApiPerson("P0000999", "新人", null, ScriptedApi.Moment(502)));
        await Eventually.TrueAsync(() => After().Contains("P0000999|新人|∅", StringComparer.Ordinal));

        Assert.Contains("P0000002|改名|77", After());
        Assert.DoesNotContain(After(), r => r.StartsWith("P0000003", StringComparison.Ordinal));
        Assert.Equal(130, After().Count);
        // What the overlap brings again is not sent again.
        var asked = _api.Requests.Count;
        var sent = _platform.Committed.Count;
        await Eventually.TrueAsync(() => _api.Requests.Count > asked + 4);
        Assert.Equal(sent, _platform.Committed.Count);
        Assert.Single(_platform.Committed, b => b.Header.Kind == BatchKind.SnapshotStart);
    }

    [Fact]
    public async Task Publish_ChangeWhileThePagesAreRead_IsNotLost()
    {
        _api.Misbehave = (_, number) =>
        {
            // Its page has been read already, and the last page holds a later mark.
            if (number == 2) _api.Put(new ApiPerson("P0000001", "途中改名", 1, ScriptedApi.Moment(60)));
            return Task.FromResult(false);
        };
        await using var adapter = RunningAdapter.Publish(Since(), _platform);
        await Eventually.TrueAsync(() => After().FirstOrDefault() == "P0000001|途中改名|1");
        Assert.Equal(130, After().Count);
    }

    [Fact]
    public async Task Publish_Log_GoesOnFromItsCursorAfterARestart()
    {
        await using (var first = RunningAdapter.Publish(Log(), _platform)) await Eventually.TrueAsync(() => first.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        var asked = _api.Requests.Count;
        _api.Put(new ApiPerson("P0000002", "改名", 77, ScriptedApi.Moment(500)));
        await using var second = RunningAdapter.Publish(Log(), _platform);
        await Eventually.TrueAsync(() => After()[1] == "P0000002|改名|77");
        Assert.Equal("/log?cursor=130", _api.Requests.Skip(asked).First());
        Assert.Equal(131, PeopleTable.RowCount(_platform.Committed));
    }

    [Fact]
    public async Task Publish_CursorExpired_ReadsEverythingAgain()
    {
        await using (var first = RunningAdapter.Publish(Log(), _platform)) await Eventually.TrueAsync(() => first.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        _api.Put(new ApiPerson("P0000002", "改名", 77, ScriptedApi.Moment(500)));
        _api.Misbehave = async (http, _) =>
        {
            if (http.Request.Query["cursor"] != "130") return false;
            _api.Misbehave = null;
            await ScriptedApi.SendAsync(http, "{}", 410);
            return true;
        };
        await using var second = RunningAdapter.Publish(Log(), _platform);
        await Eventually.TrueAsync(() => second.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        Assert.Equal(2, _platform.Committed.Count(b => b.Header.Kind == BatchKind.SnapshotStart));
        Assert.Equal("P0000002|改名|77", After()[1]);
    }

    [Fact]
    public async Task Publish_NoCursorInTheAnswers_Holds()
    {
        var model = Log();
        await using var adapter = RunningAdapter.Publish(model with { Changes = model.Changes! with { Parameter = "since", Cursor = ApiModels.At("/nowhere") } }, _platform);
        await Eventually.TrueAsync(() => _platform.HeldFor?.Code == "http_answer_unfit");
        Assert.Contains("/nowhere", _platform.HeldFor!.Value.Reason, StringComparison.Ordinal);
        Assert.Empty(_platform.Committed);
    }

    private List<string> After() => PeopleTable.After(_platform.Committed);

    private HttpSourceModel Since() => ApiModels.People(_api) with
    {
        Url = new Uri(_api.Address, "since"), Interval = TimeSpan.FromMilliseconds(100),
        Changes = new HttpChanges("since", null, JsonPointer.Of("updatedAt"), JsonPointer.Of("deleted"), Yes, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1)),
    };

    private HttpSourceModel Log() => ApiModels.Of(_api, PagingStyle.Cursor) with
    {
        Interval = TimeSpan.FromMilliseconds(100),
        Changes = new HttpChanges("cursor", ApiModels.At("/cursor"), null, JsonPointer.Of("deleted"), Yes, TimeSpan.Zero, TimeSpan.FromDays(1)),
    };
}
