using System.Diagnostics;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;

namespace Exchange.Benchmarks.Peers;

/// <summary>pglogical's initial copy of the table.</summary>
internal sealed class Pglogical(PglogicalServers servers, int rows) : IPeer
{
    public static async Task<IPeer> OpenAsync(Workbench bench, CancellationToken cancellation)
    {
        var servers = await PglogicalServers.StartAsync(bench, "pglogical", cancellation);
        await EnterpriseTable.FillAsync(servers.Source.Database, EnterpriseTable.Name, bench.Options.Rows, cancellation);
        await servers.ShareAsync(EnterpriseTable.Name, cancellation);
        return new Pglogical(servers, bench.Options.Rows);
    }

    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        await EnterpriseTable.CreateAsync(servers.Target.Database, EnterpriseTable.Name, cancellation);
        await servers.Target.SettleAsync(cancellation);
        var watch = Stopwatch.StartNew();
        await servers.SubscribeAsync(cancellation);
        var elapsed = watch.Elapsed;
        await servers.CallAsync("drop_subscription('bench')", cancellation);
        await Stored.RequireAsync(servers.Target, EnterpriseTable.Name, rows, cancellation);
        await EnterpriseTable.ExecuteAsync(servers.Target.Database, $"DROP TABLE {EnterpriseTable.Name}", cancellation);
        return rows / elapsed.TotalSeconds;
    }

    public ValueTask DisposeAsync() => servers.DisposeAsync();
}

/// <summary>pglogical catches up with a backlog of changes on a table that it has copied before.</summary>
internal sealed class PglogicalCatchUp(PglogicalServers servers, LiveChanges changes) : IPeer
{
    public static async Task<IPeer> OpenAsync(Workbench bench, CancellationToken cancellation)
    {
        var servers = await PglogicalServers.StartAsync(bench, "pglogical-live", cancellation);
        var changes = await LiveChanges.CreateAsync(servers.Source, bench.Options.Rows, bench.Options.Pairs + 1, cancellation);
        await EnterpriseTable.CreateAsync(servers.Target.Database, LiveChanges.Table, cancellation);
        await servers.ShareAsync(LiveChanges.Table, cancellation);
        await servers.SubscribeAsync(cancellation);
        await servers.CallAsync("alter_subscription_disable('bench', true)", cancellation);
        return new PglogicalCatchUp(servers, changes);
    }

    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        await changes.ApplyAsync(round, cancellation);
        await servers.Target.SettleAsync(cancellation);
        var watch = Stopwatch.StartNew();
        await servers.CallAsync("alter_subscription_enable('bench', true)", cancellation);
        await changes.ArrivedAsync(servers.Target, round, cancellation);
        var elapsed = watch.Elapsed;
        await changes.RequireAsync(servers.Target, LiveChanges.Table, cancellation);
        await servers.CallAsync("alter_subscription_disable('bench', true)", cancellation);
        return changes.PerRound / elapsed.TotalSeconds;
    }

    public ValueTask DisposeAsync() => servers.DisposeAsync();
}
