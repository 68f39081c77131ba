using Exchange.Hosting.Embedded;

namespace Exchange.Testing.Servers;

/// <summary>Real PostgreSQL for tests.</summary>
public static class PostgresServer
{
    private static readonly SemaphoreSlim s_gate = new(1, 1);
    private static PostgresCluster? s_shared;

    /// <summary>The server all tests of this process share; started by the first. Never kill it: take <see cref="StartAsync"/> for that.</summary>
    public static async Task<PostgresCluster> SharedAsync()
    {
        await s_gate.WaitAsync();
        try
        {
            return s_shared ??= await StartAsync();
        }
        finally
        {
            s_gate.Release();
        }
    }

    /// <summary>A server of the test's own, in a new folder or in the given one.</summary>
    public static Task<PostgresCluster> StartAsync(string? folder = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // fsync stays on: what a test sees committed must be committed.
            ["shared_buffers"] = "64MB",
            ["max_connections"] = "200",
            ["max_wal_size"] = "512MB",
            ["wal_level"] = "logical",
            ["max_slot_wal_keep_size"] = "2GB",
            ["max_replication_slots"] = "40",
            ["max_wal_senders"] = "40",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal))
            merged[name] = value;
        return PostgresCluster.StartAsync(new PostgresClusterOptions { Folder = folder ?? TestFolder.Create("postgres"), Settings = merged });
    }
}
