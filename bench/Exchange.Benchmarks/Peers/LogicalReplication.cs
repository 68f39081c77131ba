using System.Diagnostics;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;

namespace Exchange.Benchmarks.Peers;

/// <summary>PostgreSQL's own logical replication from A to B, in binary: the initial copy of the table, until it is synchronised.</summary>
internal sealed class LogicalReplication(Department source, Department target, int rows) : IPeer
{
    private const string Synchronised = "SELECT count(*) > 0 AND bool_and(srsubstate IN ('s', 'r')) FROM pg_subscription_rel";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task<IPeer> OpenAsync(Workbench bench, CancellationToken cancellation)
    {
        var source = await bench.SourceAsync(cancellation);
        await EnterpriseTable.ExecuteAsync(source.Database, $"CREATE PUBLICATION bench_sync FOR TABLE {EnterpriseTable.Name}", cancellation);
        return new LogicalReplication(source, await bench.TargetAsync(cancellation), bench.Options.Rows);
    }

    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        await EnterpriseTable.CreateAsync(target.Database, EnterpriseTable.Name, cancellation);
        await target.SettleAsync(cancellation);
        var watch = Stopwatch.StartNew();
        await EnterpriseTable.ExecuteAsync(
            target.Database, $"CREATE SUBSCRIPTION bench_sync CONNECTION '{source.Cluster.LibpqConnection()}' PUBLICATION bench_sync WITH (binary = true)", cancellation);
        await target.WaitAsync(Synchronised, Pause, cancellation);
        var elapsed = watch.Elapsed;
        await EnterpriseTable.ExecuteAsync(target.Database, "DROP SUBSCRIPTION bench_sync", cancellation);
        await Stored.RequireAsync(target, EnterpriseTable.Name, rows, cancellation);
        await EnterpriseTable.ExecuteAsync(target.Database, $"DROP TABLE {EnterpriseTable.Name}", cancellation);
        return rows / elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync() => await EnterpriseTable.ExecuteAsync(source.Database, "DROP PUBLICATION bench_sync", CancellationToken.None);
}
