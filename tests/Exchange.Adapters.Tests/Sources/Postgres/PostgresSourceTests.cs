using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres;

[Trait("Cost", "Servers")]
public sealed class PostgresSourceTests : SourceContract
{
    private const string PeopleQuery = "SELECT code::text, full_name, age FROM people ORDER BY code COLLATE \"C\"";
    private DepartmentDatabase _department = null!;

    public override async ValueTask InitializeAsync()
    {
        _department = await DepartmentDatabase.CreateAsync();
        await _department.ExecuteAsync(TestSchemas.CreatePeople);
    }

    public override ValueTask DisposeAsync() => _department.DisposeAsync();

    [Fact]
    public async Task Publish_TableUnchanged_IsNotPublishedAgain()
    {
        await FillAsync(100);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(Read(interval: 100), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        var batches = platform.Committed.Count;
        await _department.ExecuteAsync("UPDATE people SET note = 'a column that is not published'");
        // The second round has read the table once the database has seen it scanned again.
        await Eventually.TrueAsync(async () => await _department.ScalarAsync<long>("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'people'") > 4);
        Assert.Equal(batches, platform.Committed.Count);

        await _department.ExecuteAsync("UPDATE people SET age = 77 WHERE code = 'P0000003'; DELETE FROM people WHERE code = 'P0000004'");
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 2, Phase: AdapterPhase.CaughtUp });
        Assert.Equal(await _department.RowsAsync(PeopleQuery), PeopleTable.After(platform.Committed));
    }

    [Fact]
    public async Task Publish_ColumnGoneOrRetyped_HoldsTheStreamAndNeverShifts()
    {
        await FillAsync(10);
        await _department.ExecuteAsync("ALTER TABLE people DROP COLUMN full_name, ALTER COLUMN age TYPE text");
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(Read(interval: 100), platform);
        await Eventually.TrueAsync(() => platform.State == "held");

        Assert.Equal("schema_drift", platform.HeldFor?.Code);
        Assert.Contains("full_name is gone", platform.HeldFor?.Reason, StringComparison.Ordinal);
        Assert.Contains("age is now text", platform.HeldFor?.Reason, StringComparison.Ordinal);
        Assert.Empty(platform.Committed);
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Held);

        await _department.ExecuteAsync("ALTER TABLE people ADD COLUMN full_name text NOT NULL DEFAULT '某人', ALTER COLUMN age TYPE bigint USING age::bigint");
        platform.Release();
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        Assert.Equal(await _department.RowsAsync(PeopleQuery), PeopleTable.After(platform.Committed));
    }

    [Fact]
    public async Task Publish_Watermark_SendsWhatMovedOn()
    {
        await FillAsync(300);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(Read(PostgresReadMode.Watermark, interval: 100), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });

        await _department.ExecuteAsync("UPDATE people SET age = 90, updated_at = '2026-03-01 00:00:00.123456+00' WHERE code IN ('P0000007', 'P0000008')");
        await _department.ExecuteAsync("INSERT INTO people VALUES ('X0000001', '新人', NULL, NULL, NULL, '2026-03-01 00:00:00.123457+00')");
        await Eventually.TrueAsync(async () => (await _department.RowsAsync(PeopleQuery)).SequenceEqual(PeopleTable.After(platform.Committed)));
        // Committed late with a time that lies a little behind the mark.
        await _department.ExecuteAsync("INSERT INTO people VALUES ('X0000002', '迟到', 5, NULL, NULL, '2026-02-28 23:59:30+00')");
        await Eventually.TrueAsync(async () => (await _department.RowsAsync(PeopleQuery)).SequenceEqual(PeopleTable.After(platform.Committed)));
        // Besides the four changes, the snapshot's last five minutes were read once more; after that the overlap repeats nothing.
        Assert.Equal(300 + 5 + 4, PeopleTable.RowCount(platform.Committed));
    }

    internal override ISourceModel Model => Read();

    internal override Task FillAsync(int rows) => _department.ExecuteAsync($"""
        INSERT INTO people SELECT 'P' || lpad(i::text, 7, '0'), '行政区划人员' || i, i % 90, i * 1.25, date '1990-01-01' + i, timestamptz '2026-01-01 00:00:00+00' + i * interval '1 minute'
        FROM generate_series(1, {rows}) AS i
        """);

    internal override Task DriftAsync() => _department.ExecuteAsync("ALTER TABLE people RENAME COLUMN full_name TO old_name");

    internal override Task MendAsync(int rows) => _department.ExecuteAsync("ALTER TABLE people RENAME COLUMN old_name TO full_name");

    private PostgresSourceModel Read(PostgresReadMode mode = PostgresReadMode.Snapshot, int interval = 60_000) => new(
        _department.Connection, TableName.Parse("public.people")!,
        TestSchemas.PeopleSchema.Fields.ToDictionary(f => f.Name, f => f.Name == "name" ? "full_name" : f.Name),
        mode, mode == PostgresReadMode.Watermark ? "updated_at" : null, TimeSpan.FromMilliseconds(interval), TimeSpan.FromMinutes(5), null, "Asia/Shanghai");
}
