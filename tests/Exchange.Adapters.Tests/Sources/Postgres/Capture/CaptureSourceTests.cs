using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Testing;
using NpgsqlTypes;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

[Trait("Cost", "Servers")]
public sealed class CaptureSourceTests : IAsyncLifetime
{
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync()
    {
        _department = await DepartmentDatabase.CreateAsync();
        await _department.ExecuteAsync(TestSchemas.CreatePeople);
    }

    public ValueTask DisposeAsync() => _department.DisposeAsync();

    [Fact]
    public async Task Capture_InsertUpdateDelete_ArriveInOrder()
    {
        await CapturedPeople.FillAsync(_department, 100);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });

        await _department.ExecuteAsync("INSERT INTO people VALUES ('X0000001', '新人', 7, 1.5, '2020-02-29', now())");
        await _department.ExecuteAsync("UPDATE people SET age = 77 WHERE code = 'P0000003'; DELETE FROM people WHERE code = 'P0000004'");
        await _department.ExecuteAsync("UPDATE people SET code = 'Q0000005' WHERE code = 'P0000005'");
        await _department.ExecuteAsync("BEGIN; UPDATE people SET age = 1; ROLLBACK");
        await ArrivedAsync(platform);
        Assert.Equal(5, PeopleTable.RowCount(platform.Committed.Where(b => b.Header.Kind == BatchKind.Changes)));
    }

    [Fact]
    public async Task Capture_OfASnapshotUnderWrites_LosesAndRepeatsNothing()
    {
        await CapturedPeople.FillAsync(_department, 2_000);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                await _department.ExecuteAsync($"INSERT INTO people VALUES ('W{i:0000000}', '写入', {i % 90}, NULL, NULL, now()); UPDATE people SET age = {i % 90} WHERE code = 'P{(i % 2_000) + 1:0000000}'");
        });
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1 } && platform.Committed.Count(b => b.Header.Kind == BatchKind.Changes) > 3);
        await stop.CancelAsync();
        await writing;
        await ArrivedAsync(platform);
    }

    [Fact]
    public async Task Capture_KilledWithinALargeTransaction_GoesOnAtItsOrdinal()
    {
        await CapturedPeople.FillAsync(_department, 10);
        await using var platform = new RecordingPlatform();
        await using (var first = RunningAdapter.Publish(CapturedPeople.Model(_department), platform))
        {
            await Eventually.TrueAsync(() => first.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        }

        await _department.ExecuteAsync("INSERT INTO people SELECT 'T' || lpad(i::text, 7, '0'), '事务', i % 90, NULL, NULL, now() FROM generate_series(1, 1000) AS i");
        var before = platform.Sequence;
        for (var kill = 1; kill <= 4; kill++)
        {
            var limit = before + (kill * 3);
            var reached = new TaskCompletionSource();
            platform.OnBatch = batch =>
            {
                if (batch.Header.Sequence <= limit) return Task.FromResult(true);
                reached.TrySetResult();
                return Task.FromResult(false);
            };
            await using (RunningAdapter.Publish(CapturedPeople.Model(_department), platform)) await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(CapturePosition.Parse(platform.Position!).Ordinal > 0);
        }

        platform.OnBatch = _ => Task.FromResult(true);
        await using var again = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await ArrivedAsync(platform);
        Assert.Equal(1_000, PeopleTable.RowCount(platform.Committed.Where(b => b.Header.Kind == BatchKind.Changes)));
    }

    [Fact]
    public async Task Capture_UntilCommitted_KeepsTheSlotBack()
    {
        await CapturedPeople.FillAsync(_department, 10);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department, heartbeat: TimeSpan.FromSeconds(1)), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });

        platform.OnBatch = _ => Task.FromResult(false);
        await _department.ExecuteAsync("UPDATE people SET age = 5");
        var committed = CapturePosition.Parse(platform.Position!).At!.Value;
        await Eventually.TrueAsync(() => adapter.Progress.Last is { RowsRead: >= 20 });
        Assert.True(await ConfirmedAsync() <= committed);

        platform.OnBatch = _ => Task.FromResult(true);
        await ArrivedAsync(platform, TimeSpan.FromSeconds(40));
        await Eventually.TrueAsync(async () => await ConfirmedAsync() is { } confirmed && confirmed > committed && confirmed <= CapturePosition.Parse(platform.Position!).At);
    }

    [Fact]
    public async Task Capture_WhereOnlyOtherTablesAreWritten_ConfirmsAllTheSame()
    {
        await CapturedPeople.FillAsync(_department, 10);
        await _department.ExecuteAsync("CREATE TABLE other (n integer)");
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department, heartbeat: TimeSpan.FromSeconds(1)), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });

        await _department.ExecuteAsync("INSERT INTO other SELECT * FROM generate_series(1, 10000)");
        var written = NpgsqlLogSequenceNumber.Parse((await _department.ScalarAsync<string>("SELECT pg_current_wal_lsn()::text"))!);
        await Eventually.TrueAsync(async () => await ConfirmedAsync() >= written);
        Assert.Equal(0, PeopleTable.RowCount(platform.Committed.Where(b => b.Header.Kind == BatchKind.Changes)));
    }

    private async Task<NpgsqlLogSequenceNumber?> ConfirmedAsync() =>
        await _department.ScalarAsync<string>($"SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = 'slot_{_department.Name}'") is { } text
            ? NpgsqlLogSequenceNumber.Parse(text) : null;

    private Task ArrivedAsync(RecordingPlatform platform, TimeSpan? deadline = null) => CapturedPeople.ArrivedAsync(_department, platform, deadline);
}
