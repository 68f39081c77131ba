using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources;

/// <summary>What every kind of source keeps, run through the whole publishing adapter against the resource "people".</summary>
public abstract class SourceContract : IAsyncLifetime
{
    internal abstract ISourceModel Model { get; }

    /// <summary>Puts rows <c>P0000001 … </c> into the source, in place of what it holds.</summary>
    internal abstract Task FillAsync(int rows);

    /// <summary>Takes the column of the field "name" away.</summary>
    internal abstract Task DriftAsync();

    /// <summary>Gives it back; rows as before.</summary>
    internal abstract Task MendAsync(int rows);

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task Read_Rows_ArriveAsOneSnapshotInBoundedBatches()
    {
        await FillAsync(500);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(Model, platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });

        Assert.Equal(Rows(500), PeopleTable.After(platform.Committed));
        Assert.Equal((500L, 500L), (adapter.Progress.Last!.RowsRead, adapter.Progress.Last.RowsCommitted));
        Assert.All(platform.Committed, b => Assert.InRange(b.Header.RowCount, 0, 40));
        Assert.Equal(BatchKind.SnapshotStart, platform.Committed.First().Header.Kind);
        Assert.Equal(BatchKind.SnapshotEnd, platform.Committed.Last().Header.Kind);
    }

    [Fact]
    public async Task Read_KilledAtEachBatch_LosesNothingAndNothingHasEffectTwice()
    {
        const int count = 150;
        await FillAsync(count);
        for (var stopAt = 1; stopAt <= 8; stopAt++)
        {
            await using var platform = new RecordingPlatform();
            var reached = new TaskCompletionSource();
            var limit = stopAt;
            platform.OnBatch = batch =>
            {
                if (batch.Header.Sequence < limit) return Task.FromResult(true);
                reached.TrySetResult();
                return Task.FromResult(false);
            };
            await using (RunningAdapter.Publish(Model, platform)) await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
            var before = platform.Sequence;

            platform.OnBatch = _ => Task.FromResult(true);
            await using var again = RunningAdapter.Publish(Model, platform);
            await Eventually.TrueAsync(() => again.Progress.Phase == AdapterPhase.CaughtUp);
            Assert.InRange(before, 0, limit - 1);
            Assert.Equal(Rows(count), PeopleTable.After(platform.Committed));
            Assert.Equal(Enumerable.Range(1, platform.Committed.Count).Select(i => (long)i), platform.Committed.Select(b => b.Header.Sequence));
        }
    }

    [Fact]
    public async Task Read_ColumnGone_HoldsUntilMendedAndReleased()
    {
        await FillAsync(10);
        await DriftAsync();
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(Model, platform);
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Held);
        Assert.Equal("schema_drift", platform.HeldFor?.Code);
        Assert.Empty(platform.Committed);

        await MendAsync(10);
        platform.Release();
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        Assert.Equal(Rows(10), PeopleTable.After(platform.Committed));
    }

    [Fact]
    public async Task Read_RestartedWithNothingNew_PublishesNothing()
    {
        await FillAsync(50);
        await using var platform = new RecordingPlatform();
        await using (var first = RunningAdapter.Publish(Model, platform))
            await Eventually.TrueAsync(() => first.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        var batches = platform.Committed.Count;
        await using var second = RunningAdapter.Publish(Model, platform);
        await Eventually.TrueAsync(() => second.Progress.Phase == AdapterPhase.CaughtUp);
        Assert.Equal(batches, platform.Committed.Count);
    }

    internal static List<string> Rows(int count) => [.. Enumerable.Range(1, count).Select(i => $"P{i:0000000}|行政区划人员{i}|{i % 90}")];
}
