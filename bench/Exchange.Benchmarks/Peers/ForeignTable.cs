using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;
using Exchange.Hosting.Embedded;

namespace Exchange.Benchmarks.Peers;

/// <summary>A database link: B reads A's table through <c>postgres_fdw</c> into a table of its own.</summary>
internal sealed class ForeignTable(Department target, int rows) : IPeer
{
    public static async Task<IPeer> OpenAsync(Workbench bench, CancellationToken cancellation)
    {
        var source = (await bench.SourceAsync(cancellation)).Cluster;
        var target = await bench.TargetAsync(cancellation);
        await EnterpriseTable.ExecuteAsync(target.Database, $"""
            CREATE EXTENSION postgres_fdw;
            CREATE SERVER a FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{source.Port}', dbname 'postgres', fetch_size '10000');
            CREATE USER MAPPING FOR CURRENT_USER SERVER a OPTIONS (user '{PostgresCluster.Superuser}', password '{source.SuperuserPassword}');
            CREATE SCHEMA at_a;
            IMPORT FOREIGN SCHEMA public LIMIT TO ({EnterpriseTable.Name}) FROM SERVER a INTO at_a;
            """, cancellation);
        return new ForeignTable(target, bench.Options.Rows);
    }

    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        var table = $"linked_{round.ToString(CultureInfo.InvariantCulture)}";
        await EnterpriseTable.CreateAsync(target.Database, table, cancellation);
        await target.SettleAsync(cancellation);
        var watch = Stopwatch.StartNew();
        await EnterpriseTable.ExecuteAsync(target.Database, $"INSERT INTO {table} SELECT * FROM at_a.{EnterpriseTable.Name}", cancellation);
        var elapsed = watch.Elapsed;
        await Stored.RequireAsync(target, table, rows, cancellation);
        return rows / elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync() => await EnterpriseTable.ExecuteAsync(target.Database, "DROP SERVER a CASCADE; DROP SCHEMA at_a CASCADE", CancellationToken.None);
}
