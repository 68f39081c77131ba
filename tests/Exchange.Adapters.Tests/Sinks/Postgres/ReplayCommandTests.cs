using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sinks.Postgres;

[Trait("Cost", "Servers")]
public sealed class ReplayCommandTests : IAsyncLifetime
{
    private ScriptedGateway _gateway = null!;
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await ScriptedGateway.StartAsync();
        _department = await DepartmentDatabase.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _department.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    [Theory]
    [InlineData("3")]
    [InlineData("2026-01-01T00:00:03Z")]
    public async Task Replay_FromAnEarlierPlace_BringsBackWhatWasLostAndChangesNothingElse(string from)
    {
        await LandAsync(20);
        for (var i = 1; i <= 10; i++) _gateway.Upsert(new Person($"P{i:0000}", $"再改{i}", i));
        _gateway.Delete("P0020");
        await FollowAsync();
        await _department.ExecuteAsync("DELETE FROM people WHERE code = 'P0008'");
        var before = await _department.RowsAsync("SELECT code, xmin::text FROM people ORDER BY code");

        Assert.False((await ReplayAsync(from)).IsError);
        Assert.Equal("3", await CursorAsync());
        await FollowAsync();

        Assert.Equal(_gateway.Rows(), await _department.RowsAsync("SELECT code, name, age FROM people ORDER BY code"));
        Assert.Equal(before, (await _department.RowsAsync("SELECT code, xmin::text FROM people ORDER BY code")).Where(r => !r.StartsWith("P0008", StringComparison.Ordinal)));
        Assert.Single(_gateway.Requests, r => r == "/v1/data/people");
    }

    [Fact]
    public async Task Replay_WhileTheAdapterRuns_IsTakenUp()
    {
        await LandAsync(20);
        await using var adapter = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.CaughtUp);
        await _department.ExecuteAsync("DELETE FROM people WHERE code = 'P0008'");

        Assert.False((await ReplayAsync("2")).IsError);

        await Eventually.TrueAsync(async () => await CursorAsync() == "20" && await _department.ScalarAsync<long>("SELECT count(*) FROM people") == 20);
    }

    [Fact]
    public async Task Replay_HistoryGone_MovesNothing()
    {
        await LandAsync(20);
        _gateway.Floor = 10;

        Assert.Equal(ErrorCodes.CursorExpired, (await ReplayAsync("5")).Error!.Code);
        Assert.Equal("20", await CursorAsync());
    }

    [Fact]
    public async Task Replay_NothingLanded_SaysSo()
    {
        _gateway.Upsert(new Person("P0001", "甲"));
        Assert.Equal(ErrorCodes.NothingLanded, (await ReplayAsync("0")).Error!.Code);
    }

    private Task<Result<Done>> ReplayAsync(string from) => ReplayCommand.ReplayAsync(Adapter(), from, TimeProvider.System, TestContext.Current.CancellationToken);

    private Task<string?> CursorAsync() => _department.ScalarAsync<string>("SELECT \"cursor\" FROM exchange_cursor");

    private ReceivingAdapter Adapter() => new(
        "people-sink",
        new ExchangeSourceModel(_gateway.Address, "client", "secret", "people", "审批", null, TimeSpan.FromSeconds(1), 1_000),
        new PostgresSinkModel(_department.Connection, TableName.Parse("people")!, true, new Dictionary<string, string>(StringComparer.Ordinal), [], "Asia/Shanghai"));

    private async Task LandAsync(int count)
    {
        for (var i = 1; i <= count; i++) _gateway.Upsert(new Person($"P{i:0000}", $"人员{i}", i));
        await FollowAsync();
    }

    private async Task FollowAsync()
    {
        await using var adapter = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.CaughtUp);
    }
}
