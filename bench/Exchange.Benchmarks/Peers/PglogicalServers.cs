using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Peers;

/// <summary>Two servers of PostgreSQL 15, for which Debian has pglogical, with a node on each.</summary>
internal sealed record PglogicalServers(Department Source, Department Target) : IAsyncDisposable
{
    private const string Name = "pglogical";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal) { ["shared_preload_libraries"] = Name };

    /// <exception cref="PeerMissingException">It could not be fetched.</exception>
    public static async Task<PglogicalServers> StartAsync(Workbench bench, string folder, CancellationToken cancellation)
    {
        var binaries = PeerTools.Postgres15(Name, "pglogical.so");
        var source = Department.Connect(await bench.StartServerAsync($"{folder}-a", binaries, Settings, cancellation), "postgres");
        var target = Department.Connect(await bench.StartServerAsync($"{folder}-b", binaries, Settings, cancellation), "postgres");
        await TrustPluginAsync(source, cancellation);
        await EnterpriseTable.ExecuteAsync(source.Database, NodeSql("provider", source), cancellation);
        await EnterpriseTable.ExecuteAsync(target.Database, NodeSql("subscriber", target), cancellation);
        return new PglogicalServers(source, target);
    }

    public Task ShareAsync(string table, CancellationToken cancellation) =>
        EnterpriseTable.ExecuteAsync(Source.Database, $"SELECT pglogical.replication_set_add_table('default', '{table}')", cancellation);

    /// <summary>Subscribes the target to what is shared and waits until it is copied.</summary>
    public async Task SubscribeAsync(CancellationToken cancellation)
    {
        await EnterpriseTable.ExecuteAsync(Target.Database, $"SELECT pglogical.create_subscription('bench', '{Source.Cluster.LibpqConnection()}', synchronize_structure := false)", cancellation);
        await Target.WaitAsync("SELECT count(*) > 0 AND bool_and(sync_status IN ('r', 'y')) FROM pglogical.local_sync_status", Pause, cancellation);
    }

    /// <param name="what"><c>drop_subscription('bench')</c> and the like.</param>
    public Task CallAsync(string what, CancellationToken cancellation) => EnterpriseTable.ExecuteAsync(Target.Database, $"SELECT pglogical.{what}", cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var department in new[] { Target, Source })
        {
            await department.DisposeAsync();
            await department.Cluster.DisposeAsync();
        }
    }

    /// <summary>Later releases of PostgreSQL load output plugins only where they are named; earlier ones know no such setting.</summary>
    private static async Task TrustPluginAsync(Department source, CancellationToken cancellation)
    {
        await using var known = source.Database.CreateCommand("SELECT count(*) FROM pg_settings WHERE name = 'output_plugin_libraries'");
        if ((long)(await known.ExecuteScalarAsync(cancellation))! == 0) return;
        await EnterpriseTable.ExecuteAsync(source.Database, "ALTER SYSTEM SET output_plugin_libraries = 'pgoutput', 'pglogical_output'", cancellation);
        await EnterpriseTable.ExecuteAsync(source.Database, "SELECT pg_reload_conf()", cancellation);
    }

    private static string NodeSql(string name, Department department) => $"CREATE EXTENSION {Name}; SELECT pglogical.create_node('{name}', '{department.Cluster.LibpqConnection()}')";
}
