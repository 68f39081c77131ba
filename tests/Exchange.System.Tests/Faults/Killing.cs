using Exchange.Standalone.Platform;

namespace Exchange.System.Tests.Faults;

/// <summary>Ends one process and starts it again.</summary>
internal static class Killing
{
    private static readonly TimeSpan LongestDown = TimeSpan.FromMilliseconds(300);

    /// <summary>With SIGKILL; it stays down for a random moment.</summary>
    public static async Task KillAndRestartAsync(FaultRun run, Victim victim, Random random, FaultClock clock, CancellationToken cancellation) =>
        await KillAndRestartAsync(run.Bench, victim, run.Adapter, run.Sink, LongestDown * random.NextDouble(), clock, cancellation);

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
                break;
            case Victim.Database:
                await bench.Platform.Server.Cluster.KillAsync();
                await Task.Delay(down, cancellation);
                clock.Ended();
                await RestartDatabaseAsync(bench, cancellation);
                break;
            default:
                var process = victim switch
                {
                    Victim.Adapter => adapter,
                    Victim.Catalogue => bench.Platform.CatalogHost,
                    Victim.Gateway => bench.Platform.GatewayHost,
                    _ => sink ?? throw new InvalidOperationException("There is no sink in this run."),
                };
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
                break;
            case Victim.Database:
                await bench.Platform.Server.Cluster.StopAsync();
                clock.Ended();
                await RestartDatabaseAsync(bench, cancellation);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(victim), victim, "only servers are restarted in an orderly way");
        }
    }

    private static async Task RestartDatabaseAsync(FaultBench bench, CancellationToken cancellation)
    {
        await bench.Platform.Server.Cluster.RestartAsync(cancellation);
        // The test's own sessions died with the server.
        bench.Platform.Database.Clear();
    }
}
