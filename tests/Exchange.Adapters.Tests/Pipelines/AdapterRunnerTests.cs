using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Pipelines;

/// <summary>The stream protocol from the adapter's side, over a folder of one file.</summary>
public sealed class AdapterRunnerTests : IAsyncLifetime
{
    private const int Rows = 400;
    private readonly CsvFolder _folder = new();
    private readonly RecordingPlatform _platform = new();

    public ValueTask InitializeAsync()
    {
        _folder.Drop("a.csv", CsvFolder.Header + string.Concat(Enumerable.Range(1, Rows).Select(i => CsvFolder.Line($"P{i:0000}", $"行政区划人员{i}"))));
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _platform.DisposeAsync();
    }

    [Fact]
    public async Task Publish_PlatformStopsCommitting_KeepsNoMoreThanTheWindow()
    {
        var gate = new TaskCompletionSource();
        var (inFlight, most) = (0, 0);
        _platform.OnBatch = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inFlight));
            await gate.Task;
            Interlocked.Decrement(ref inFlight);
            return true;
        };
        await using var adapter = Publish();
        await Eventually.TrueAsync(() => Volatile.Read(ref inFlight) == 4);
        Assert.Equal(0, _platform.Sequence);
        gate.SetResult();
        await CompleteAsync(adapter);
        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task Publish_AnnouncementsLost_AsksInstead()
    {
        _platform.Announces = false;
        await using var adapter = Publish();
        await CompleteAsync(adapter);
        Assert.Equal(Rows, adapter.Progress.Last!.RowsCommitted);
    }

    [Fact]
    public async Task Publish_AnswerOlderThanAnAnnouncement_GoesOnInItsSession()
    {
        var gate = new TaskCompletionSource();
        _platform.OnBatch = async batch =>
        {
            if (batch.Header.Sequence >= 3) await gate.Task;
            return true;
        };
        _platform.OnAnswer = async request =>
        {
            if (request is not GetStreamStatus || _platform.Sequence < 2) return;
            gate.TrySetResult();
            await Eventually.TrueAsync(() => _platform.Sequence >= 3);
        };
        await using var adapter = Publish();
        await CompleteAsync(adapter);
        Assert.True(gate.Task.IsCompleted);
        Assert.Equal(1, _platform.Epoch);
    }

    [Fact]
    public async Task Publish_BatchLost_IsSentAgainAfterTheRewind()
    {
        var lost = 0;
        _platform.OnBatch = batch => Task.FromResult(batch.Header.Sequence != 5 || Interlocked.Increment(ref lost) > 2);
        await using var adapter = Publish();
        await CompleteAsync(adapter);
        Assert.Equal(3, lost);
        Assert.Equal(1, _platform.Epoch);
    }

    [Fact]
    public async Task Publish_TransportFails_SendsAgainWithoutReadingAgain()
    {
        var failures = 0;
        _platform.OnBatch = batch => batch.Header.Sequence % 3 == 0 && Interlocked.Increment(ref failures) <= 3
            ? throw new TransportUnavailableException("The broker is gone.")
            : Task.FromResult(true);
        await using var adapter = Publish();
        await CompleteAsync(adapter);
        Assert.Equal((1, 1), ((int)_platform.Epoch, _platform.Committed.Count(b => b.Header.Kind == BatchKind.SnapshotStart)));
    }

    [Fact]
    public async Task Publish_BrokerShortOfDisk_SaysSoAndGoesOnOnceThereIsRoom()
    {
        var isFull = true;
        _platform.OnBatch = batch => isFull && batch.Header.Sequence >= 4
            ? throw new TransportUnavailableException("The broker takes nothing.") { Shortage = "low on disk" }
            : Task.FromResult(true);
        await using var adapter = Publish();
        await Eventually.TrueAsync(() => adapter.Progress.Last?.Problem?.Code == ErrorCodes.BrokerFull);
        Assert.Contains("low on disk", adapter.Progress.Last!.Problem!.Text(Language.Zh), StringComparison.Ordinal);

        isFull = false;
        await CompleteAsync(adapter);
        Assert.Equal((1, null), ((int)_platform.Epoch, adapter.Progress.Last!.Problem));
    }

    [Fact]
    public async Task Publish_HeldByThePlatform_WaitsAndGoesOnInPlace()
    {
        _platform.OnBatch = async batch =>
        {
            if (batch.Header.Sequence != 4 || _platform.HeldFor is not null || batch.Header.Epoch > 1) return true;
            _platform.OnBatch = _ => Task.FromResult(true);
            await _platform.HoldAsync("batch_over_threshold", "3 of 4 rows of the batch are bad.");
            return true;
        };
        await using var adapter = Publish();
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Held);
        Assert.Equal(3, _platform.Sequence);
        Assert.Contains("batch_over_threshold", adapter.Progress.Last!.Problem!.Text(Language.En), StringComparison.Ordinal);

        _platform.Release();
        await CompleteAsync(adapter);
        Assert.Equal((1, 1), ((int)_platform.Epoch, _platform.Committed.Count(b => b.Header.Kind == BatchKind.SnapshotStart)));
    }

    [Fact]
    public async Task Publish_TakenOverByAnother_Ends()
    {
        _platform.OnBatch = batch =>
        {
            if (batch.Header.Sequence == 4) _platform.TakeOver();
            return Task.FromResult(true);
        };
        await using var adapter = Publish();
        var ended = await adapter.Run.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(ErrorCodes.StreamFenced, ended.Error?.Code);
        Assert.Equal(3, _platform.Sequence);
        Assert.Equal(AdapterPhase.Stopped, adapter.Progress.Phase);
    }

    [Fact]
    public async Task Publish_Stopped_EndsWithinSeconds()
    {
        _platform.OnBatch = _ => new TaskCompletionSource<bool>().Task;
        var adapter = Publish();
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Moving);
        await adapter.DisposeAsync();
        Assert.False((await adapter.Run).IsError);
    }

    [Fact]
    public async Task Publish_RegistrationRefused_TellsAndTriesAgain()
    {
        await using var adapter = RunningAdapter.Publish(_folder.Model, _platform, schema: """{"type":"object"}""");
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Retrying);
        Assert.Equal("schema_invalid", adapter.Progress.Last!.Problem!.Code.Name);
    }

    private RunningAdapter Publish() => RunningAdapter.Publish(_folder.Model, _platform, new BatchLimits(2_000, 40, 4));

    private async Task CompleteAsync(RunningAdapter adapter)
    {
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Phase: AdapterPhase.CaughtUp, Snapshots: 1 }, TimeSpan.FromSeconds(40));
        Assert.Equal(Rows, PeopleTable.After(_platform.Committed).Count);
        Assert.Equal(Enumerable.Range(1, _platform.Committed.Count).Select(i => (long)i), _platform.Committed.Select(b => b.Header.Sequence));
    }
}
