using Exchange.Hosting.Configuration;
using Exchange.Hosting.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Exchange.Gateway.Database;

/// <summary>The gateway's doors to the platform's database: a read-only pool for records, and sessions of their own for lease and audit.</summary>
internal sealed class GatewayDatabase : IAsyncDisposable
{
    public const string Section = GatewayOptions.Section + ":" + DatabaseOptions.Section;
    /// <summary>Application name of the session that writes the record of accesses.</summary>
    public const string AuditSession = "exchange-gateway-audit";

    // More sessions at work than the cores can serve lengthen every answer, and the longest ones most.
    private static readonly int ReadingPoolSize = Math.Max(8, 4 * Environment.ProcessorCount);

    private readonly string _lease;
    private readonly string _audit;
    private readonly string _publishing;

    public GatewayDatabase(IConfiguration configuration, IOptions<GatewayOptions> options)
    {
        var settings = configuration.ReadOptions<DatabaseOptions>(Section);
        Reading = DatabaseFactory.Create(settings, "exchange-gateway", builder =>
        {
            var connection = builder.ConnectionStringBuilder;
            connection.Options = $"-c default_transaction_read_only=on -c statement_timeout={options.Value.QueryTimeoutSeconds}s -c TimeZone=UTC";
            // Commands and batches are made anew for each call here; it is reused ones that automatic preparation breaks.
            connection.MaxAutoPrepare = 256;
            connection.AutoPrepareMinUsages = 2;
            // Nothing outlives a transaction in these sessions.
            connection.NoResetOnClose = true;
            connection.MaxPoolSize = settings.MaxPoolSize ?? ReadingPoolSize;
        });
        Streaming = DatabaseFactory.Create(settings, "exchange-gateway-stream", builder =>
        {
            builder.ConnectionStringBuilder.Options = "-c default_transaction_read_only=on -c TimeZone=UTC";
            // Changes are read by the same door.
            builder.ConnectionStringBuilder.MaxPoolSize = options.Value.MaxStreams + options.Value.MaxChangesReads;
            builder.ConnectionStringBuilder.NoResetOnClose = true;
        });
        _lease = Session(settings, "exchange-gateway-lease", "-c default_transaction_read_only=on -c statement_timeout=3s", seconds: 3);
        _audit = Session(settings, AuditSession, "-c lock_timeout=2s -c statement_timeout=4s", seconds: 5);
        _publishing = Session(settings, "exchange-gateway-publish", "-c TimeZone=UTC", seconds: 5);
    }

    /// <summary>Read-only sessions on the primary; statements are prepared on their own.</summary>
    public NpgsqlDataSource Reading { get; }

    /// <summary>Sessions for long statements, so that streams never take the look-ups' connections.</summary>
    public NpgsqlDataSource Streaming { get; }

    /// <summary>Lets readers open new sessions; those in use go on to their end.</summary>
    public void ForgetSessions()
    {
        Reading.Clear();
        Streaming.Clear();
    }

    public NpgsqlConnection NewLeaseConnection() => new(_lease);

    public NpgsqlConnection NewAuditConnection() => new(_audit);

    /// <summary>A session that holds the locks of one publication and gives them up when it is closed.</summary>
    public NpgsqlConnection NewPublishingConnection() => new(_publishing);

    public async ValueTask DisposeAsync()
    {
        await Reading.DisposeAsync();
        await Streaming.DisposeAsync();
    }

    private static string Session(DatabaseOptions settings, string name, string options, int seconds)
    {
        var connection = DatabaseFactory.ConnectionString(settings, name);
        connection.Pooling = false;
        connection.Options = options;
        connection.Timeout = 3;
        connection.CommandTimeout = seconds;
        // The server's own timeout comes first: where that was silent too, there is nothing to cancel.
        connection.CancellationTimeout = 500;
        return connection.ConnectionString;
    }
}
