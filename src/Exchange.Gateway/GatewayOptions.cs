using System.ComponentModel.DataAnnotations;

namespace Exchange.Gateway;

/// <summary>Section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    public const string DefaultListen = "http://127.0.0.1:8080";

    /// <summary>Addresses to listen on, separated by semicolons. Read by the executable only; in a composed process its host decides.</summary>
    public string Listen { get; set; } = DefaultListen;

    /// <summary>Folder with the gateway's keys; made on first start, readable by its owner only. Gateways of one exchange share its contents.</summary>
    [Required]
    public string Keys { get; set; } = "";

    /// <summary>Name of this gateway's audit log. Each running gateway has its own.</summary>
    [RegularExpression("^[a-z][a-z0-9-]{0,62}$")]
    public string Log { get; set; } = "gateway-1";

    /// <summary>The issuer of access tokens (<c>iss</c>), and their audience. An absolute address, the same for all gateways of one exchange.</summary>
    [Required, Url]
    public string Issuer { get; set; } = "http://exchange.local";

    /// <summary>How long an access waits for its audit record to be committed, in milliseconds. Then nothing is answered.</summary>
    [Range(100, 60_000)]
    public int AuditDeadlineMilliseconds { get; set; } = 3_000;

    /// <summary>How long a single page, look-up or verification may take in the database, in seconds.</summary>
    [Range(1, 600)]
    public int QueryTimeoutSeconds { get; set; } = 30;

    /// <summary>How long one snapshot stream may last, in seconds.</summary>
    [Range(1, 86_400)]
    public int StreamTimeoutSeconds { get; set; } = 3_600;

    /// <summary>How long a consumer may leave a stream unread, in seconds. Then the connection is closed.</summary>
    [Range(1, 3_600)]
    public int StalledReaderSeconds { get; set; } = 120;

    /// <summary>Snapshot streams under way at once; further ones are asked to come back.</summary>
    [Range(1, 1_000)]
    public int MaxStreams { get; set; } = 32;

    /// <summary>Pages of changes that the database reads at once; further readers wait for their turn.</summary>
    [Range(1, 1_000)]
    public int MaxChangesReads { get; set; } = Math.Max(4, Environment.ProcessorCount);

    /// <summary>Largest request body, in bytes.</summary>
    [Range(1_024, 64 * 1_024 * 1_024)]
    public long MaxBodyBytes { get; set; } = 2 * 1_024 * 1_024;

    /// <summary>How long a command to the catalogue service may take, in seconds.</summary>
    [Range(1, 600)]
    public int CommandDeadlineSeconds { get; set; } = 15;

    /// <summary>Connections at once over all clients.</summary>
    [Range(16, 1_000_000)]
    public long MaxConnections { get; set; } = 4_096;

    /// <summary>Slowest pace of a request body, in bytes a second; a slower one is given up.</summary>
    [Range(1, 1_000_000)]
    public double MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>How long a request body may be slower than that at its beginning, in seconds.</summary>
    [Range(2, 600)]
    public int BodyGraceSeconds { get; set; } = 10;
}
