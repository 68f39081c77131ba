using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sinks.Postgres;

/// <summary>What every kind of sink keeps, whatever the target: the target is the slice at its cursor, and nothing in between is ever seen.</summary>
public abstract class SinkContract : IAsyncLifetime
{
    private ScriptedGateway _gateway = null!;

    internal ScriptedGateway Gateway => _gateway;

    internal abstract ReceivingAdapter Adapter();

    /// <summary>What the target holds: <c>code|name|age</c> in code order.</summary>
    internal abstract Task<List<string>> TargetAsync();

    public virtual async ValueTask InitializeAsync() => _gateway = await ScriptedGateway.StartAsync();

    public virtual ValueTask DisposeAsync() => _gateway.DisposeAsync();

    internal ExchangeSourceModel Source() => new(_gateway.Address, "client", "secret", "people", "审批", null, TimeSpan.FromSeconds(1), 3);

    [Fact]
    public async Task Follow_SnapshotThenChanges_TargetEqualsTheSlice()
    {
        Fill(50);
        await using var adapter = RunningAdapter.Receive(Adapter());
        await LandedAsync(adapter);
        Assert.Equal(50, adapter.Progress.Last!.RowsCommitted);

        _gateway.Upsert(new Person("P0001", "改名", 41));
        _gateway.Upsert(new Person("P0001", "又改名", 42));
        _gateway.Delete("P0002");
        _gateway.Upsert(new Person("N0001", "新人"));
        _gateway.Delete("P0003");
        _gateway.Upsert(new Person("P0003", "去而复返", 1));
        _gateway.Upsert(new Person("N0002", "来而又去"));
        _gateway.Delete("N0002");
        await LandedAsync(adapter);
        Assert.Equal(Uri.EscapeDataString("审批"), _gateway.LastPurpose);
    }

    [Theory]
    [InlineData(AnswerEnd.CutOff)]
    [InlineData(AnswerEnd.ProblemTrailer)]
    [InlineData(AnswerEnd.NoTrailer)]
    internal async Task Follow_SnapshotNotWhole_CommitsNothing(AnswerEnd end)
    {
        Fill(200);
        _gateway.End = end;
        await using var adapter = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(() => _gateway.Requests.Count(r => r == "/v1/data/people") >= 2 || adapter.Progress.Phase == AdapterPhase.Held);
        Assert.Empty(await TargetAsync());

        if (end == AnswerEnd.ProblemTrailer)
        {
            await Eventually.TrueAsync(() => adapter.Progress.Last?.Problem?.Code.Name == "grant_revoked");
            return;
        }

        _gateway.End = AnswerEnd.Whole;
        await LandedAsync(adapter);
    }

    [Theory]
    [InlineData(AnswerEnd.CutOff)]
    [InlineData(AnswerEnd.NoTrailer)]
    internal async Task Follow_ChangesNotWhole_CommitsNothing(AnswerEnd end)
    {
        Fill(5);
        await using var adapter = RunningAdapter.Receive(Adapter());
        await LandedAsync(adapter);
        var before = await TargetAsync();
        _gateway.End = end;
        _gateway.Upsert(new Person("P0001", "改名", 41));
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Retrying);
        Assert.Equal(before, await TargetAsync());

        _gateway.End = AnswerEnd.Whole;
        await LandedAsync(adapter);
    }

    [Fact]
    public async Task Follow_StoppedAnywhere_GoesOnFromItsCursor()
    {
        Fill(20);
        await using (var first = RunningAdapter.Receive(Adapter())) await LandedAsync(first);
        _gateway.Upsert(new Person("N0001", "新人"));
        await using (var second = RunningAdapter.Receive(Adapter())) await LandedAsync(second);
        Assert.Single(_gateway.Requests, r => r == "/v1/data/people");
    }

    [Fact]
    public async Task Follow_CursorExpired_ReplacesWithoutClearing()
    {
        Fill(20);
        await using (var first = RunningAdapter.Receive(Adapter())) await LandedAsync(first);
        _gateway.Delete("P0005");
        _gateway.Upsert(new Person("P0006", "改名"));
        _gateway.Upsert(new Person("N0001", "新人"));
        _gateway.Floor = 1_000;
        _gateway.End = AnswerEnd.NoTrailer;
        await using var second = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(() => second.Progress.Phase == AdapterPhase.Retrying);
        Assert.Equal(20, (await TargetAsync()).Count);

        (_gateway.End, _gateway.Floor) = (AnswerEnd.Whole, 0);
        await LandedAsync(second);
    }

    [Fact]
    public async Task Follow_GrantRevoked_StopsApplyingAndTellsTheReason()
    {
        Fill(5);
        await using var adapter = RunningAdapter.Receive(Adapter());
        await LandedAsync(adapter);
        var before = await TargetAsync();
        _gateway.Problem = (403, "grant_revoked", "The grant was revoked: 事项已办结.");
        _gateway.Upsert(new Person("P0001", "不应到达"));
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Held);

        Assert.Equal("grant_revoked", adapter.Progress.Last!.Problem!.Code.Name);
        Assert.Equal("The grant was revoked: 事项已办结.", adapter.Progress.Last.Problem.Text(global::Exchange.Contracts.Errors.Language.En));
        Assert.Equal(before, await TargetAsync());
    }

    [Fact]
    public async Task Follow_TokenRefused_TakesAFreshOneOnce()
    {
        Fill(5);
        _gateway.FirstGoodToken = 2;
        await using var adapter = RunningAdapter.Receive(Adapter());
        await LandedAsync(adapter);
        Assert.Equal(2, _gateway.Tokens);
    }

    internal void Fill(int count)
    {
        for (var i = 1; i <= count; i++)
            _gateway.Upsert(new Person($"P{i:0000}", $"人员{i}", i % 7 == 0 ? null : i, i * 1.25m, new DateOnly(1990, 1, 1).AddDays(i)));
    }

    internal Task LandedAsync(RunningAdapter adapter) => Eventually.TrueAsync(async () =>
        adapter.Progress.Last is { Snapshots: > 0 } or { Phase: AdapterPhase.CaughtUp } && (await TargetAsync()).SequenceEqual(_gateway.Rows()));
}
