using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Exchange.Testing.Faults;
using Exchange.Testing.Servers;
using Npgsql;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>A department's server of its own, that is killed or runs out of room.</summary>
[Trait("Cost", "Servers")]
public sealed class CaptureFaultTests
{
    [Fact]
    public async Task Capture_SourceKilledMidStream_LosesNothing()
    {
        await using var server = await PostgresServer.StartAsync();
        var department = await DepartmentDatabase.CreateAsync(server);
        await department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(department, 200);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        for (var kill = 1; kill <= 3; kill++)
        {
            await department.ExecuteAsync($"UPDATE people SET age = {kill}; INSERT INTO people SELECT 'K{kill}' || lpad(i::text, 5, '0'), '杀', {kill}, NULL, NULL, now() FROM generate_series(1, 300) AS i");
            await server.KillAsync();
            NpgsqlConnection.ClearAllPools();
            await server.RestartAsync();
        }

        await CapturedPeople.ArrivedAsync(department, platform, TimeSpan.FromSeconds(60));
        Assert.Empty(platform.Notes);
    }

    [Fact]
    public async Task Capture_ConnectionsForgottenByTheNetwork_AreFoundLongBeforeTheServersLimit()
    {
        await using var department = await DepartmentDatabase.CreateAsync();
        await department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(department, 20);
        await using var network = Network(department);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(ModelBehind(network, department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
        network.Forget();
        await department.ExecuteAsync("UPDATE people SET age = 77");

        // The server and the driver would each wait for a minute.
        await CapturedPeople.ArrivedAsync(department, platform, TimeSpan.FromSeconds(30));
        Assert.Empty(platform.Notes);
    }

    [Fact]
    public async Task Capture_SlotHeldByASessionThatNobodyHears_IsTakenOver()
    {
        await using var department = await DepartmentDatabase.CreateAsync();
        await department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(department, 20);
        await using var network = Network(department);
        await using var platform = new RecordingPlatform();
        await using (var lost = RunningAdapter.Publish(ModelBehind(network, department), platform))
        {
            await Eventually.TrueAsync(() => lost.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });
            // As where the adapter's machine went away: its session stays at the server.
            network.Forget();
        }

        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(department), platform);
        await department.ExecuteAsync("UPDATE people SET age = 78");
        await CapturedPeople.ArrivedAsync(department, platform, TimeSpan.FromSeconds(30));
        Assert.Empty(platform.Notes);
    }

    [Theory]
    [InlineData(false, 1, 0)]
    [InlineData(true, 1, 3)]
    [InlineData(true, 2, 1)]
    [InlineData(true, null, 1)]
    public void Count_OfASession_RisesOnlyWhereItWaitsAndHearsNothingNew(bool waits, int? heard, int expected)
    {
        static SenderSign Sign(bool waits, int? second) => new(waits, second is { } s ? DateTime.UnixEpoch.AddSeconds(s) : null);
        Assert.Equal(expected, SenderWatch.Count(Sign(true, 1), Sign(waits, heard), 2));
        Assert.Equal(waits ? 1 : 0, SenderWatch.Count(null, Sign(waits, heard), 0));
    }

    [Fact]
    public async Task Capture_BudgetUsedUpWhileThePlatformDoesNotCommit_WarnsDetachesAndReadsAnew()
    {
        await using var server = await PostgresServer.StartAsync(settings: new Dictionary<string, string> { ["max_slot_wal_keep_size"] = "160MB" });
        var department = await DepartmentDatabase.CreateAsync(server);
        await department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(department, 100);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(CapturedPeople.Model(department), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });

        await platform.HoldAsync("schema_drift", "by the test");
        await department.ExecuteAsync("UPDATE people SET age = 9");
        await WriteLogAsync(department, megabytes: 100);
        await Eventually.TrueAsync(() => adapter.Progress.Last?.Slot is { Share: > 0.5 and < 1 }, TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => adapter.Log.Lines.Any(l => l.Contains("slot_budget_half", StringComparison.Ordinal)));
        Assert.DoesNotContain(adapter.Log.Lines, l => l.Contains("slot_detached", StringComparison.Ordinal));
        await WriteLogAsync(department, megabytes: 40);
        await Eventually.TrueAsync(
            async () => await department.ScalarAsync<long>($"SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'slot_{department.Name}'") == 0, TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => adapter.Log.Lines.Any(l => l.Contains("slot_detached", StringComparison.Ordinal)));
        Assert.Single(adapter.Log.Lines, l => l.Contains("slot_budget_half", StringComparison.Ordinal));

        platform.Release();
        await CapturedPeople.ArrivedAsync(department, platform, TimeSpan.FromSeconds(60));
        // The batch that was held may arrive before the adapter looks for its slot.
        await Eventually.TrueAsync(() => platform.Notes.Any(n => n.Code == "resync_required"), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Capture_SlotInvalidatedByTheServer_ReadsAnew()
    {
        await using var server = await PostgresServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["max_slot_wal_keep_size"] = "32MB", ["max_wal_size"] = "32MB", ["min_wal_size"] = "32MB",
        });
        var department = await DepartmentDatabase.CreateAsync(server);
        await department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(department, 100);
        await using var platform = new RecordingPlatform();
        await using (var first = RunningAdapter.Publish(CapturedPeople.Model(department), platform))
            await Eventually.TrueAsync(() => first.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp });

        await department.ExecuteAsync("DELETE FROM people WHERE code < 'P0000050'");
        await WriteLogAsync(department, megabytes: 120);
        await department.ExecuteAsync("CHECKPOINT");
        await Eventually.EqualAsync("lost", () => department.ScalarAsync<string>($"SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'slot_{department.Name}'"));

        await using var again = RunningAdapter.Publish(CapturedPeople.Model(department), platform);
        await CapturedPeople.ArrivedAsync(department, platform, TimeSpan.FromSeconds(60));
        Assert.Contains(platform.Notes, n => n.Reason.Contains("invalidated", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.49, false, false)]
    [InlineData(0.5, true, false)]
    [InlineData(0.8, true, true)]
    [InlineData(1.4, true, true)]
    public void Decide_ShareOfTheBudget_WarnsAtHalfAndDetachesAtTheSetting(double share, bool warn, bool detach) =>
        Assert.Equal((warn, detach), SlotGuard.Decide(share, 80));

    private static async Task WriteLogAsync(DepartmentDatabase department, int megabytes) =>
        await department.ExecuteAsync($"SELECT count(pg_logical_emit_message(false, 'filler', repeat('x', 1000000))) FROM generate_series(1, {megabytes})");

    private static FaultProxy Network(DepartmentDatabase department) => FaultProxy.Start(new NpgsqlConnectionStringBuilder(department.ConnectionString).Port);

    private static PostgresSourceModel ModelBehind(FaultProxy network, DepartmentDatabase department) => CapturedPeople.Model(department) with
    {
        Connection = new PostgresConnection(new NpgsqlConnectionStringBuilder(department.ConnectionString) { Port = network.Port }.ConnectionString),
    };
}
