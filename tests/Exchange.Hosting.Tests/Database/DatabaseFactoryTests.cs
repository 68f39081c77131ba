using System.Diagnostics;
using System.Diagnostics.Metrics;
using Exchange.Hosting.Database;
using Exchange.Testing;
using Exchange.Testing.Faults;
using Exchange.Testing.Servers;
using Npgsql;

namespace Exchange.Hosting.Tests.Database;

public sealed class DatabaseFactoryRulesTests
{
    [Fact]
    public void ConnectionString_Unsafe_MadeSafe()
    {
        var made = DatabaseFactory.ConnectionString(
            new DatabaseOptions { ConnectionString = "Host=db;Persist Security Info=true;Include Error Detail=true;Timeout=0;Command Timeout=0;Max Auto Prepare=50", MaxPoolSize = 5 }, "exchange-x");

        Assert.False(made.PersistSecurityInfo);
        Assert.False(made.IncludeErrorDetail);
        Assert.InRange(made.Timeout, 1, 60);
        Assert.InRange(made.CommandTimeout, 1, 600);
        Assert.InRange(made.KeepAlive, 1, 60);
        Assert.Equal(0, made.MaxAutoPrepare);
        Assert.Equal(("exchange-x", 5), (made.ApplicationName, made.MaxPoolSize));
    }

    [Fact]
    public void ConnectionString_OwnTimeouts_Kept()
    {
        var made = DatabaseFactory.ConnectionString(new DatabaseOptions { ConnectionString = "Host=db;Timeout=3;Command Timeout=120" }, "x");

        Assert.Equal((3, 120), (made.Timeout, made.CommandTimeout));
    }

    [Theory]
    [InlineData("57P01", true)]
    [InlineData("57P03", true)]
    [InlineData("53300", true)]
    [InlineData("53100", true)]
    [InlineData("08006", true)]
    [InlineData("25006", true)]
    [InlineData("28P01", true)]
    [InlineData("3D000", true)]
    [InlineData("23505", false)]
    [InlineData("40001", false)]
    [InlineData("42P01", false)]
    [InlineData("22003", false)]
    public void IsUnavailable_ServerError_ByItsState(string state, bool unavailable) =>
        Assert.Equal(unavailable, DatabaseFaults.IsUnavailable(new PostgresException("m", "ERROR", "ERROR", state)));

    [Fact]
    public void IsUnavailable_OtherExceptions_False() => Assert.False(DatabaseFaults.IsUnavailable(new InvalidOperationException("bug", new IOException())));
}

[Trait("Cost", "Servers")]
public sealed class DatabaseFactoryTests
{
    private const string Canary = "canary-pw-55127";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_WithPersistSecurityInfo_NeverHoldThePassword()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await platform.ExecuteAsync($"ALTER ROLE exchange_gateway PASSWORD '{Canary}'");
        var seen = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var metrics = new MeterListener();
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Npgsql") listener.EnableMeasurementEvents(instrument);
        };
        metrics.SetMeasurementEventCallback<int>((_, _, tags, _) => Keep(tags));
        metrics.SetMeasurementEventCallback<long>((_, _, tags, _) => Keep(tags));
        metrics.SetMeasurementEventCallback<double>((_, _, tags, _) => Keep(tags));
        metrics.Start();
        using var traces = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Add(string.Join(' ', activity.TagObjects.Select(t => $"{t.Key}={t.Value}"))),
        };
        ActivitySource.AddActivityListener(traces);
        var connection = new NpgsqlConnectionStringBuilder(platform.GatewayConnection) { Password = Canary, PersistSecurityInfo = true };

        await using (var database = DatabaseFactory.Create(new DatabaseOptions { ConnectionString = connection.ConnectionString }, "exchange-canary"))
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(Cancellation);
            metrics.RecordObservableInstruments();
            Assert.DoesNotContain(Canary, database.ConnectionString, StringComparison.Ordinal);
        }
        await platform.ExecuteAsync("ALTER ROLE exchange_gateway PASSWORD 'platform-test'");

        Assert.Contains(seen, s => s.Contains("exchange-canary", StringComparison.Ordinal));
        Assert.DoesNotContain(seen, s => s.Contains(Canary, StringComparison.Ordinal));

        void Keep(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags) seen.Add($"{tag.Key}={tag.Value}");
        }
    }

    [Fact]
    public async Task Errors_ConstraintViolation_HoldNoRecordValues()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await using var database = DatabaseFactory.Create(new DatabaseOptions { ConnectionString = platform.CatalogConnection }, "x");
        await using var create = database.CreateCommand($"CREATE TABLE catalog.t (a text PRIMARY KEY); INSERT INTO catalog.t VALUES ('{Canary}')");
        await create.ExecuteNonQueryAsync(Cancellation);
        await using var insert = new NpgsqlCommand("INSERT INTO catalog.t VALUES ($1)") { Parameters = { new() { Value = Canary } } };
        await using var connection = await database.OpenConnectionAsync(Cancellation);
        insert.Connection = connection;

        var failure = await Assert.ThrowsAsync<PostgresException>(() => insert.ExecuteNonQueryAsync(Cancellation));

        Assert.DoesNotContain(Canary, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsUnavailable_EveryWayToLoseTheServer_True()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await using var proxy = FaultProxy.Start(platform.Cluster.Port);
        var through = new NpgsqlConnectionStringBuilder(platform.CatalogConnection) { Port = proxy.Port, CommandTimeout = 1, Timeout = 1 };
        await using var database = DatabaseFactory.Create(new DatabaseOptions { ConnectionString = through.ConnectionString }, "x");
        await QueryAsync(database);

        await FailsAsync("reset while idle", () => Set(proxy.ResetAll));
        await FailsAsync("refused", () => Set(() =>
        {
            proxy.Refuse();
            proxy.ResetAll();
        }));
        await FailsAsync("silent", () => Set(proxy.Blackhole));
        await FailsAsync("cut within a message", () => Set(() => proxy.CutAfter(10)));
        await FailsAsync("session ended by an administrator", async () =>
            await platform.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'exchange_catalog' AND datname = current_database()"));

        async Task FailsAsync(string how, Func<Task> fault)
        {
            await fault();
            var failure = await Record.ExceptionAsync(() => QueryAsync(database));
            // A pooled connection may be found broken and replaced without anyone noticing; that is as good.
            Assert.True(failure is null || DatabaseFaults.IsUnavailable(failure), $"{how}: {failure}");
            proxy.Pass();
            await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => QueryAsync(database)) is null);
        }

        static Task Set(Action change)
        {
            change();
            return Task.CompletedTask;
        }
    }

    private static async Task QueryAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(Cancellation);
    }
}
