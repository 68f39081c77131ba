using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>Columns whose values the server computes.</summary>
[Trait("Cost", "Servers")]
public sealed class CaptureGeneratedTests : IAsyncLifetime
{
    private const int FirstWithVirtual = 180_000;
    private DepartmentDatabase _department = null!;
    private int _version;

    public async ValueTask InitializeAsync()
    {
        _department = await DepartmentDatabase.CreateAsync();
        _version = await _department.ScalarAsync<int>("SELECT current_setting('server_version_num')::integer");
    }

    public ValueTask DisposeAsync() => _department.DisposeAsync();

    [Fact]
    public async Task Capture_StoredGeneratedColumn_ArrivesWhereTheServerPublishesIt()
    {
        await CreateAsync("STORED");
        if (_version < FirstWithVirtual)
        {
            Assert.Contains((await CheckAsync())!.Details, d => d.Code == ErrorCodes.CaptureGeneratedColumn);
            return;
        }

        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        await _department.ExecuteAsync("UPDATE people SET full_name = '新的长名字' WHERE code = 'P1'; INSERT INTO people (code, full_name, updated_at) VALUES ('P3', '丙丙', now())");
        await CapturedPeople.ArrivedAsync(_department, platform, query: "SELECT rtrim(code), full_name, age FROM people ORDER BY code");
        Assert.Empty(platform.Notes);
    }

    [Fact]
    public async Task Capture_StoredGeneratedColumnUnderAFullIdentity_IsRefused()
    {
        await CreateAsync("STORED");
        await _department.ExecuteAsync("ALTER TABLE people REPLICA IDENTITY FULL");
        Assert.Contains((await CheckAsync())!.Details, d => d.Code == ErrorCodes.CaptureGeneratedColumn && Equals(d.Data["column"], "age"));
    }

    [Fact]
    public async Task Capture_VirtualGeneratedColumn_IsRefusedByCheckAndAtOpening()
    {
        Assert.SkipWhen(_version < FirstWithVirtual, "This server has no virtual columns.");
        await CreateAsync("VIRTUAL");
        Assert.Contains((await CheckAsync())!.Details, d => d.Code == ErrorCodes.CaptureGeneratedColumn && Equals(d.Data["column"], "age"));
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(_department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last?.Problem is { } p && p.Details.Any(d => d.Code == ErrorCodes.CaptureGeneratedColumn));
        Assert.Empty(platform.Committed);
        Assert.Equal(0, await _department.ScalarAsync<long>($"SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'slot_{_department.Name}'"));
    }

    private Task CreateAsync(string kind) => _department.ExecuteAsync($"""
        CREATE TABLE people (code char(8) PRIMARY KEY, full_name text NOT NULL, age integer GENERATED ALWAYS AS (length(full_name)) {kind}, pay numeric, born date, updated_at timestamptz NOT NULL);
        INSERT INTO people (code, full_name, updated_at) VALUES ('P1', '甲', now()), ('P2', '乙乙', now())
        """);

    private Task<Error?> CheckAsync()
    {
        var model = CapturedPeople.Model(_department);
        return PostgresCheck.FindAsync(new PublishingAdapter("people-adapter", null, TestSchemas.Register(), model, new BatchLimits(10, 10, 1)), model, CancellationToken.None);
    }
}
