using System.Diagnostics;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;
using Exchange.Hosting.Embedded;

namespace Exchange.Benchmarks.Peers;

/// <summary>pgloader from A to B: one run of its program, which makes the table, fills it and builds the key index.</summary>
internal sealed class Pgloader(string program, Department source, Department target, Workbench bench) : IPeer
{
    private const string Name = "pgloader";

    public static async Task<IPeer> OpenAsync(Workbench bench, CancellationToken cancellation)
    {
        var program = PeerTools.Require(Name, "usr", "bin", "pgloader");
        var source = await bench.SourceAsync(cancellation);
        var target = await bench.TargetAsync(cancellation);
        await EnterpriseTable.ExecuteAsync(target.Database, $"CREATE DATABASE {Name}", cancellation);
        return new Pgloader(program, source, Department.Connect(target.Cluster, Name), bench);
    }

    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        var file = Path.Combine(bench.Folder, "enterprise.load");
        await File.WriteAllTextAsync(file, $"""
            LOAD DATABASE
              FROM {Url(source.Cluster, "postgres")}
              INTO {Url(target.Cluster, Name)}
              WITH create tables, create indexes, no foreign keys, workers = 2, concurrency = 1, batch rows = 25000, prefetch rows = 50000
              INCLUDING ONLY TABLE NAMES MATCHING '{EnterpriseTable.Name}' IN SCHEMA 'public';
            """, cancellation);
        var start = ChildProcess.OfCommand(program, "--root-dir", bench.Folder, file);
        foreach (var (name, value) in PeerTools.Environment) start.Environment[name] = value;
        await target.SettleAsync(cancellation);
        var watch = Stopwatch.StartNew();
        var output = await ChildProcess.RunToEndAsync(start, cancellation);
        var elapsed = watch.Elapsed;
        File.Delete(file);
        if (!await target.HasTableAsync(EnterpriseTable.Name, cancellation)) throw new BenchException($"{Name} made no table: {output}");
        await Stored.RequireAsync(target, EnterpriseTable.Name, bench.Options.Rows, cancellation);
        await EnterpriseTable.ExecuteAsync(target.Database, $"DROP TABLE {EnterpriseTable.Name}", cancellation);
        return bench.Options.Rows / elapsed.TotalSeconds;
    }

    public ValueTask DisposeAsync() => target.DisposeAsync();

    private static string Url(PostgresCluster cluster, string database) => $"pgsql://{PostgresCluster.Superuser}:{cluster.SuperuserPassword}@127.0.0.1:{cluster.Port}/{database}";
}
