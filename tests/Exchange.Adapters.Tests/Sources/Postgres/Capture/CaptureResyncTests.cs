using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>What the log cannot tell is read anew by chunks, and said.</summary>
[Trait("Cost", "Servers")]
public sealed class CaptureResyncTests : IAsyncLifetime
{
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync()
    {
        _department = await DepartmentDatabase.CreateAsync();
        await _department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(_department, 300);
    }

    public ValueTask DisposeAsync() => _department.DisposeAsync();

    [Fact]
    public async Task Capture_SlotDropped_SaysSoAndReadsAnewWithoutClearing()
    {
        await using var platform = new RecordingPlatform();
        await FirstSnapshotAsync(platform);
        await _department.ExecuteAsync($"SELECT pg_drop_replication_slot('slot_{_department.Name}')");
        await _department.ExecuteAsync("DELETE FROM people WHERE code < 'P0000100'; UPDATE people SET age = 3 WHERE code > 'P0000290'; INSERT INTO people VALUES ('X1', '新人', 1, NULL, NULL, now())");

        await using var again = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await CapturedPeople.ArrivedAsync(_department, platform);
        await Eventually.TrueAsync(() => again.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        Assert.Contains(platform.Notes, n => n is { Code: "resync_required", Reason: var reason } && reason.Contains("slot is missing", StringComparison.Ordinal));
        Assert.True(platform.Committed.Count(b => b.Header.Kind == BatchKind.Rows) > 5);
    }

    [Fact]
    public async Task Capture_SlotMovedOnByAnother_SaysSoAndReadsAnew()
    {
        await using var platform = new RecordingPlatform();
        await FirstSnapshotAsync(platform);
        await _department.ExecuteAsync("UPDATE people SET age = 9 WHERE code < 'P0000009'");
        await _department.ExecuteAsync($"SELECT pg_replication_slot_advance('slot_{_department.Name}', pg_current_wal_lsn())");

        await using var again = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await CapturedPeople.ArrivedAsync(_department, platform);
        Assert.Contains(platform.Notes, n => n.Reason.Contains("past the position", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Capture_TableRewrittenByATypeChange_ReadsAnew()
    {
        // A column that a publication lists cannot be retyped at all.
        await _department.ExecuteAsync("ALTER TABLE people REPLICA IDENTITY FULL");
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department, heartbeat: TimeSpan.FromSeconds(1)), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        // Fits as before, and changes every row without a change event.
        await _department.ExecuteAsync("ALTER TABLE people ALTER COLUMN age TYPE integer USING age + 1000");
        await CapturedPeople.ArrivedAsync(_department, platform, TimeSpan.FromSeconds(40));
        Assert.Contains(platform.Notes, n => n.Reason.Contains("rewritten", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Capture_ColumnRenamedAndBack_HoldsAndThenReadsAnewWhatTheLogToldInAnotherForm()
    {
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("ALTER TABLE people RENAME COLUMN full_name TO old_name; UPDATE people SET old_name = '改名' WHERE code = 'P0000002'");
        await Eventually.TrueAsync(() => platform.State == "held");
        Assert.Equal("schema_drift", platform.HeldFor?.Code);

        await _department.ExecuteAsync("ALTER TABLE people RENAME COLUMN old_name TO full_name; UPDATE people SET age = 8 WHERE code = 'P0000003'");
        platform.Release();
        await CapturedPeople.ArrivedAsync(_department, platform, TimeSpan.FromSeconds(40));
        Assert.Contains(platform.Notes, n => n.Reason.Contains("another form", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Capture_FormThatReadingAnewDoesNotMend_HoldsInsteadOfReadingForEver()
    {
        await _department.ExecuteAsync("CREATE TABLE other (n integer)");
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync($"ALTER PUBLICATION publication_{_department.Name} ADD TABLE other");
        await _department.ExecuteAsync("INSERT INTO other VALUES (1)");
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 2, Phase: AdapterPhase.CaughtUp }, TimeSpan.FromSeconds(20));
        Assert.Single(platform.Notes);

        await _department.ExecuteAsync("UPDATE people SET age = 7; INSERT INTO other VALUES (2)");
        await Eventually.TrueAsync(() => platform.State == "held");
        Assert.Equal("capture_form_unfit", platform.HeldFor?.Code);
        Assert.Single(platform.Notes);
        await CapturedPeople.ArrivedAsync(_department, platform);

        // The opening takes the other table out of the publication again.
        platform.Release();
        await _department.ExecuteAsync("UPDATE people SET age = 8; INSERT INTO other VALUES (3)");
        await CapturedPeople.ArrivedAsync(_department, platform, TimeSpan.FromSeconds(40));
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Phase: AdapterPhase.CaughtUp }, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Capture_Truncated_EmptiesAndGoesOn()
    {
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("BEGIN; UPDATE people SET age = 1 WHERE code < 'P0000010'; TRUNCATE people; INSERT INTO people VALUES ('X1', '新人', 1, NULL, NULL, now()); COMMIT");
        await CapturedPeople.ArrivedAsync(_department, platform);
    }

    [Fact]
    public Task Capture_ReadAnewUnderWritesAndKills_EndsWithTheSourcesRows() => Seeds.RunAsync(async (random, _) =>
    {
        await using var platform = new RecordingPlatform();
        await FirstSnapshotAsync(platform);
        await _department.ExecuteAsync($"SELECT pg_drop_replication_slot('slot_{_department.Name}')");
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(Enumerable.Range(0, 3).Select(w => WriteAsync(new Random(random.Next()), stop.Token)));
        for (var kill = 0; kill < 6; kill++)
        {
            var limit = platform.Sequence + random.Next(1, 6);
            var reached = new TaskCompletionSource();
            platform.OnBatch = batch =>
            {
                if (batch.Header.Sequence <= limit) return Task.FromResult(true);
                reached.TrySetResult();
                return Task.FromResult(false);
            };
            await using (RunningAdapter.Publish(CapturedPeople.Model(_department), platform)) await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        platform.OnBatch = _ => Task.FromResult(true);
        await using var last = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => CapturePosition.Parse(platform.Position!) is { Resync: null, Lsn: not null }, TimeSpan.FromSeconds(40));
        await stop.CancelAsync();
        await writing;
        await CapturedPeople.ArrivedAsync(_department, platform, TimeSpan.FromSeconds(40));
    });

    private async Task FirstSnapshotAsync(RecordingPlatform platform)
    {
        await using (var first = RunningAdapter.Publish(CapturedPeople.Model(_department), platform))
            await Eventually.TrueAsync(() => first.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await Eventually.TrueAsync(async () => await _department.ScalarAsync<long>($"SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'slot_{_department.Name}' AND active_pid IS NULL") == 1);
    }

    /// <summary>Transactions of any kind, some rolled back, on a few hundred keys.</summary>
    private async Task WriteAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var statements = Enumerable.Range(0, random.Next(1, 6)).Select(_ => CapturedPeople.RandomStatement(random));
            await _department.TryAsync($"BEGIN; {string.Join("; ", statements)}; {(random.Next(5) == 0 ? "ROLLBACK" : "COMMIT")}");
        }
    }
}
