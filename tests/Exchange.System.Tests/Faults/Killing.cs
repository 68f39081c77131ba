using Exchange.Hosting.Embedded;
using Exchange.Standalone.Platform;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Ends one process and starts it again.</summary>
internal static class Killing
{
    private const int Writers = 4;
    private const int MostCommits = 200;
    private static readonly TimeSpan LongestDown = TimeSpan.FromMilliseconds(300);

    /// <summary>Rounds in which a process is killed while changes flow.</summary>
    public static Task PlayAsync(string name, FaultYard yard, Victim victim, int kills, TimeSpan longestBefore, ITestOutputHelper output)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(
            name, kills, random => yard.Run.RoundAsync(random, longestBefore, clock => KillAndRestartAsync(yard.Run, victim, random, clock, cancellation), cancellation), output);
    }

    /// <summary>With SIGKILL; it stays down for a random moment. Into the source's database changes are committed one by one until it is gone.</summary>
    public static async Task KillAndRestartAsync(FaultRun run, Victim victim, Random random, FaultClock clock, CancellationToken cancellation)
    {
        var writing = Task.CompletedTask;
        if (victim == Victim.SourceDatabase)
        {
            var enough = run.Table.Changes.Acknowledged + 1 + random.Next(MostCommits);
            writing = run.Table.ChangeUntilGoneAsync(Writers, cancellation);
            await Eventually.TrueAsync(() => run.Table.Changes.Acknowledged >= enough);
        }

        await KillAndRestartAsync(run.Bench, victim, run.Adapter, run.Sink, LongestDown * random.NextDouble(), clock, cancellation);
        await writing;
    }

    public static async Task KillAndRestartAsync(
        FaultBench bench, Victim victim, HostProcess adapter, HostProcess? sink, TimeSpan down, FaultClock clock, CancellationToken cancellation)
    {
        switch (victim)
        {
            case Victim.Broker:
                await bench.Platform.Broker.KillAsync();
                await Task.Delay(down, cancellation);
                clock.Ended();
                await bench.Platform.Broker.RestartAsync(cancellation);
                clock.Started();
                break;
            case Victim.Database or Victim.SourceDatabase or Victim.TargetDatabase:
                var (cluster, ours) = DatabaseOf(bench, victim);
                await cluster.KillAsync();
                await Task.Delay(down, cancellation);
                clock.Ended();
                await RestartDatabaseAsync(cluster, ours, cancellation);
                clock.Started();
                break;
            default:
                var process = HostOf(bench, victim, adapter, sink);
                await process.KillAsync();
                await Task.Delay(down, cancellation);
                clock.Ended();
                await process.RestartAsync();
                break;
        }
    }

    /// <summary>In an orderly way, as an update of the server does.</summary>
    public static async Task RestartAsync(FaultBench bench, Victim victim, FaultClock clock, CancellationToken cancellation)
    {
        switch (victim)
        {
            case Victim.Broker:
                await bench.Platform.Broker.StopAsync();
                clock.Ended();
                await bench.Platform.Broker.RestartAsync(cancellation);
                clock.Started();
                break;
            case Victim.Database:
                await bench.Platform.Server.Cluster.StopAsync();
                clock.Ended();
                await RestartDatabaseAsync(bench.Platform.Server.Cluster, bench.Platform.Database, cancellation);
                clock.Started();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(victim), victim, "only servers are restarted in an orderly way");
        }
    }

    /// <summary>The victim that is a program of the exchange's.</summary>
    public static HostProcess HostOf(FaultBench bench, Victim victim, HostProcess adapter, HostProcess? sink) => victim switch
    {
        Victim.Adapter => adapter,
        Victim.Catalogue => bench.Platform.CatalogHost,
        Victim.Gateway => bench.Platform.GatewayHost,
        _ => sink ?? throw new InvalidOperationException("There is no sink in this run."),
    };

    private static (PostgresCluster Cluster, NpgsqlDataSource Ours) DatabaseOf(FaultBench bench, Victim victim) => victim switch
    {
        Victim.SourceDatabase => (bench.Source.Cluster, bench.Source.Database),
        Victim.TargetDatabase => (bench.Consumer.Cluster, bench.Consumer.Database),
        _ => (bench.Platform.Server.Cluster, bench.Platform.Database),
    };

    private static async Task RestartDatabaseAsync(PostgresCluster cluster, NpgsqlDataSource ours, CancellationToken cancellation)
    {
        await cluster.RestartAsync(cancellation);
        // The test's own sessions died with the server.
        ours.Clear();
    }
}
