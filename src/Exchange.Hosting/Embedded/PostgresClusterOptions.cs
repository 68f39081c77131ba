namespace Exchange.Hosting.Embedded;

/// <summary>How an embedded PostgreSQL server is set up.</summary>
public sealed class PostgresClusterOptions
{
    /// <summary>Folder of this server: its data, log and password. Made if absent; a second start with the same folder goes on with the same data.</summary>
    public required string Folder { get; init; }

    /// <summary>Port on 127.0.0.1; a free one, kept over restarts where it stays free, if absent.</summary>
    public int? Port { get; init; }

    /// <summary>Server settings over those of the embedded server, such as <c>wal_level</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The programs to run instead of those that are found, for another version.</summary>
    public PostgresBinaries? Binaries { get; init; }

    /// <summary>Longest time for the server to answer after its start, recovery included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
