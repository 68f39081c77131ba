using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>Tables of all shapes that departments have.</summary>
[Trait("Cost", "Servers")]
public sealed class CaptureShapesTests : IAsyncLifetime
{
    private const string Fields = "full_name text NOT NULL, age smallint, pay numeric(18,2), born date, updated_at timestamptz NOT NULL, note text";
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync() => _department = await DepartmentDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _department.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("ALTER TABLE people REPLICA IDENTITY FULL")]
    public async Task Capture_LargeValueLeftAsItWas_StaysWhole(string identity)
    {
        await _department.ExecuteAsync($"CREATE TABLE people (code char(8) PRIMARY KEY, {Fields}); ALTER TABLE people ALTER COLUMN full_name SET STORAGE EXTERNAL; {identity}");
        await _department.ExecuteAsync("INSERT INTO people SELECT 'L' || i, repeat('长', 3000 + i), i, NULL, NULL, now() FROM generate_series(1, 5) AS i");
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("UPDATE people SET age = age + 50; UPDATE people SET code = 'M2' WHERE code = 'L2'; DELETE FROM people WHERE code = 'L3'");
        await CapturedPeople.ArrivedAsync(_department, platform, query: "SELECT rtrim(code), full_name, age FROM people ORDER BY code COLLATE \"C\"");
    }

    [Fact]
    public async Task Capture_PartitionedTable_ArrivesAsOneAndNoticesWhatTheLogDoesNotTell()
    {
        await _department.ExecuteAsync($"""
            CREATE TABLE people (code char(8) PRIMARY KEY, {Fields}) PARTITION BY RANGE (code);
            CREATE TABLE people_p PARTITION OF people FOR VALUES FROM ('P') TO ('Q');
            CREATE TABLE people_x PARTITION OF people FOR VALUES FROM ('X') TO ('Y');
            """);
        await CapturedPeople.FillAsync(_department, 20);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department, heartbeat: TimeSpan.FromSeconds(1)), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("UPDATE people SET age = 50 WHERE code < 'P0000005'; UPDATE people SET code = 'X0000006' WHERE code = 'P0000006'; INSERT INTO people VALUES ('X1', '新人', 1, NULL, NULL, now())");
        await CapturedPeople.ArrivedAsync(_department, platform);
        await _department.ExecuteAsync("TRUNCATE people_x");
        await CapturedPeople.ArrivedAsync(_department, platform, TimeSpan.FromSeconds(30));
        await _department.ExecuteAsync("ALTER TABLE people DETACH PARTITION people_p");
        await CapturedPeople.ArrivedAsync(_department, platform, TimeSpan.FromSeconds(30));
        Assert.True(platform.Notes.Count >= 2);
    }

    [Fact]
    public async Task Capture_WithACondition_SharesThoseRowsOnlyAndTellsOfLeaving()
    {
        await _department.ExecuteAsync($"CREATE TABLE people (code char(8), {Fields}); ALTER TABLE people REPLICA IDENTITY FULL");
        await CapturedPeople.FillAsync(_department, 30);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department, where: "age < 10"), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("UPDATE people SET age = 80 WHERE code = 'P0000003'; UPDATE people SET age = 2 WHERE code = 'P0000025'; UPDATE people SET age = 81 WHERE code = 'P0000026'");
        await CapturedPeople.ArrivedAsync(_department, platform, query: "SELECT code::text, full_name, age FROM people WHERE age < 10 ORDER BY code COLLATE \"C\"");
        Assert.DoesNotContain(platform.Committed, b => b.Body.Span.IndexOf("P0000026"u8) >= 0);
    }

    [Fact]
    public async Task Capture_ConditionOutsideTheReplicaIdentity_IsRefusedBeforeTheSourceIsHarmed()
    {
        await _department.ExecuteAsync($"CREATE TABLE people (code char(8) PRIMARY KEY, {Fields})");
        await CapturedPeople.FillAsync(_department, 5);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department, where: "age < 10"), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last?.Problem?.Code.Name == "capture_not_ready");
        Assert.Contains("REPLICA IDENTITY", adapter.Progress.Last!.Problem!.ToString(), StringComparison.Ordinal);
        await _department.ExecuteAsync("UPDATE people SET age = 1");

        await _department.ExecuteAsync("ALTER TABLE people REPLICA IDENTITY FULL");
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp }, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Capture_OfSharedColumnsOnly_PublishesNoOther()
    {
        await _department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(_department, 5);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        Assert.Equal(
            ["code,full_name,age,pay,born,updated_at"],
            await _department.RowsAsync($"SELECT array_to_string(attnames, ',') FROM pg_publication_tables WHERE pubname = 'publication_{_department.Name}'"));
    }

    [Fact]
    public async Task Capture_LocalTimes_AreThoseOfTheServersCast()
    {
        await _department.ExecuteAsync("CREATE TABLE people (code text PRIMARY KEY, full_name text NOT NULL, age bigint, pay integer, born date, updated_at timestamp NOT NULL)");
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("""
            INSERT INTO people SELECT 'T' || i, '时', i, -i, NULL, t FROM unnest(ARRAY[timestamp '1900-01-01 00:00:00', '1900-12-31 23:59:59.999999', '1940-06-01 00:30', '1986-05-04 02:30',
                '1986-09-14 01:30', '1991-09-15 00:30', '2026-07-01 12:00:00.123456', '0001-01-01 00:00', 'infinity', '9999-12-31 23:59:59']) WITH ORDINALITY AS x(t, i)
            """);
        await CapturedPeople.ArrivedAsync(_department, platform);
        var expected = await _department.RowsAsync("""
            SELECT set_config('TimeZone', 'Asia/Shanghai', false), code, encode(timestamptz_send(updated_at::timestamptz), 'hex'), encode(numeric_send(pay::numeric), 'hex') FROM people ORDER BY code
            """);
        Assert.Equal(expected.Select(r => r[(r.IndexOf('|', StringComparison.Ordinal) + 1)..]), CapturedPeople.RawTimes(platform));
    }

    [Theory]
    [InlineData("max_slot_wal_keep_size", "-1", "capture_budget_unlimited")]
    [InlineData("wal_level", "replica", "capture_wal_level")]
    public async Task Capture_ServerNotReady_NamesTheSettingAndTheRemedy(string setting, string value, string code)
    {
        await using var server = await Exchange.Testing.Servers.PostgresServer.StartAsync(settings: new Dictionary<string, string> { [setting] = value });
        var model = CapturedPeople.Model(_department) with { Connection = new Adapters.Configuration.PostgresConnection(server.ConnectionString()) };
        await using (var connection = new NpgsqlConnection(server.ConnectionString()))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand(TestSchemas.CreatePeople, connection);
            await create.ExecuteNonQueryAsync();
        }

        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(model, platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last?.Problem is { } p && p.Details.Any(d => d.Code.Name == code));
        Assert.Contains(setting, adapter.Progress.Last!.Problem!.ToString(), StringComparison.Ordinal);
        Assert.Empty(platform.Committed);
    }
}
