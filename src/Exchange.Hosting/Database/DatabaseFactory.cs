using Npgsql;

namespace Exchange.Hosting.Database;

/// <summary>Builds data sources by the rules that every host keeps.</summary>
public static class DatabaseFactory
{
    /// <summary>Connections of a pool for which nothing else is set.</summary>
    public const int DefaultPoolSize = 16;

    private const int ConnectTimeoutSeconds = 10;
    private const int CommandTimeoutSeconds = 30;
    private const int KeepAliveSeconds = 15;
    private const int CancellationTimeoutMilliseconds = 1_000;

    /// <summary>
    /// A data source whose timeouts are all finite (connect 10 s, command 30 s unless the connection string says otherwise), which keeps the password out of its name,
    /// and whose errors carry no record values.
    /// </summary>
    /// <param name="applicationName">Seen in <c>pg_stat_activity</c> and as name of the pool in metrics, such as <c>exchange-catalog</c>.</param>
    /// <param name="configure">For what only one host needs.</param>
    public static NpgsqlDataSource Create(DatabaseOptions options, string applicationName, Action<NpgsqlDataSourceBuilder>? configure = null)
    {
        var connection = ConnectionString(options, applicationName);
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString)
        {
            Name = $"{applicationName}@{connection.Host}:{connection.Port}/{connection.Database}",
        };
        configure?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>The connection string that <see cref="Create"/> uses, for the few who open a connection of another kind (replication).</summary>
    public static NpgsqlConnectionStringBuilder ConnectionString(DatabaseOptions options, string applicationName)
    {
        var written = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        return new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = applicationName,
            MaxPoolSize = options.MaxPoolSize ?? DefaultPoolSize,
            // The password would be in the name that goes to metrics and traces.
            PersistSecurityInfo = false,
            // Details of server errors quote column values.
            IncludeErrorDetail = false,
            // Zero does not mean infinite for COPY in this version, and nothing here may wait for ever.
            Timeout = written.Timeout is 0 or 15 ? ConnectTimeoutSeconds : written.Timeout,
            CommandTimeout = written.CommandTimeout == 0 ? CommandTimeoutSeconds : written.CommandTimeout,
            CancellationTimeout = CancellationTimeoutMilliseconds,
            KeepAlive = written.KeepAlive == 0 ? KeepAliveSeconds : written.KeepAlive,
            // Batches and commands are prepared where it pays, by hand: automatic preparation breaks reused batches in this version.
            MaxAutoPrepare = 0,
        };
    }
}
