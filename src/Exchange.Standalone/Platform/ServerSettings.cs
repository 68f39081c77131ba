namespace Exchange.Standalone.Platform;

/// <summary>Settings of the embedded PostgreSQL servers. Nothing here weakens durability.</summary>
internal static class ServerSettings
{
    public static readonly IReadOnlyDictionary<string, string> Platform = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["shared_buffers"] = "512MB",
        ["max_wal_size"] = "4GB",
        ["checkpoint_timeout"] = "15min",
        ["work_mem"] = "64MB",
        ["maintenance_work_mem"] = "256MB",
        ["max_connections"] = "200",
        // A batch writes megabytes of log; what is on disk before its commit, the commit does not wait for.
        ["wal_writer_delay"] = "10ms",
    };

    public static readonly IReadOnlyDictionary<string, string> Department = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["shared_buffers"] = "128MB",
        ["max_wal_size"] = "2GB",
        ["checkpoint_timeout"] = "15min",
        ["max_connections"] = "50",
        // What change capture asks of a department's server.
        ["wal_level"] = "logical",
        ["max_slot_wal_keep_size"] = "4GB",
    };
}
