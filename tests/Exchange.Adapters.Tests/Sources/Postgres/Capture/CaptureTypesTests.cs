using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>Types whose number in the log is not that of the values: domains, and a type of one byte.</summary>
[Trait("Cost", "Servers")]
public sealed class CaptureTypesTests : IAsyncLifetime
{
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync() => _department = await DepartmentDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _department.DisposeAsync();

    [Fact]
    public async Task Capture_ColumnsOfDomains_ArriveAsTheirBaseTypes()
    {
        await _department.ExecuteAsync("""
            CREATE TYPE state AS ENUM ('在册', '注销'); CREATE DOMAIN kept_state AS state;
            CREATE DOMAIN title AS text CHECK (value <> ''); CREATE DOMAIN person_code AS char(8); CREATE DOMAIN own_code AS person_code;
            CREATE DOMAIN years AS smallint; CREATE DOMAIN money_due AS numeric(18,2); CREATE DOMAIN birthday AS date; CREATE DOMAIN changed AS timestamp; CREATE DOMAIN last_changed AS changed;
            CREATE TABLE people (code own_code PRIMARY KEY, full_name title NOT NULL, age years, pay money_due, born birthday, updated_at last_changed NOT NULL, state kept_state)
            """);
        await _department.ExecuteAsync("INSERT INTO people VALUES ('P0000001', '甲', 1, 1.25, '1990-01-01', '2026-01-01', '在册'), ('P2', '乙', 2, NULL, NULL, '2026-01-01', '注销')");
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("UPDATE people SET age = 41 WHERE code = 'P0000001'; INSERT INTO people VALUES ('P3', '丙', 3, 7, '2000-02-29', '2026-02-01', NULL); DELETE FROM people WHERE code = 'P2'");
        await CapturedPeople.ArrivedAsync(_department, platform, query: "SELECT rtrim(code), full_name, age FROM people ORDER BY code COLLATE \"C\"");
        Assert.Empty(platform.Notes);
        var expected = await _department.RowsAsync("SELECT rtrim(code), encode(timestamptz_send(updated_at AT TIME ZONE 'Asia/Shanghai'), 'hex'), encode(numeric_send(pay), 'hex') FROM people ORDER BY code");
        Assert.Equal(expected, CapturedPeople.RawTimes(platform).Where(r => !r.StartsWith("P2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Capture_OneByteColumn_ArrivesAsTheCastSays()
    {
        await _department.ExecuteAsync("""
            CREATE TABLE people (code "char" PRIMARY KEY, full_name "char" NOT NULL, age smallint, pay numeric, born date, updated_at timestamptz NOT NULL);
            INSERT INTO people VALUES ('a', 'x', 1, NULL, NULL, now()), ('b', '', 2, NULL, NULL, now())
            """);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("UPDATE people SET full_name = 'y' WHERE code = 'b'; UPDATE people SET full_name = '' WHERE code = 'a'");
        await _department.ExecuteAsync(@"INSERT INTO people VALUES ('c', '', 3, NULL, NULL, now()), ('d', '\303', 4, NULL, NULL, now())");
        await CapturedPeople.ArrivedAsync(_department, platform, query: "SELECT code::text, full_name::text, age FROM people ORDER BY code");
        Assert.Empty(platform.Notes);
    }

    [Fact]
    public async Task Capture_DomainOverAnArray_IsRefusedByCheckAndHeldAtOpening()
    {
        await _department.ExecuteAsync("""
            CREATE DOMAIN names AS text[];
            CREATE TABLE people (code char(8) PRIMARY KEY, full_name names NOT NULL, age smallint, pay numeric, born date, updated_at timestamptz NOT NULL)
            """);
        var model = CapturedPeople.Model(_department);
        var found = await PostgresCheck.FindAsync(new PublishingAdapter("people-adapter", null, TestSchemas.Register(), model, new BatchLimits(10, 10, 1)), model, CancellationToken.None);
        Assert.Contains(found!.Details, d => d.Code.Name == "schema_drift");

        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(model, platform);
        await Eventually.TrueAsync(() => platform.State == "held");
        Assert.Equal("schema_drift", platform.HeldFor?.Code);
        Assert.Empty(platform.Committed);
    }
}
