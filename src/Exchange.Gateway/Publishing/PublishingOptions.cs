using System.ComponentModel.DataAnnotations;

namespace Exchange.Gateway.Publishing;

/// <summary>Section <c>Gateway:Publishing</c>: rows that come in over HTTP.</summary>
public sealed class PublishingOptions
{
    public const string Section = GatewayOptions.Section + ":Publishing";

    /// <summary>Largest body of a publication, in bytes; of a compressed one what it unpacks to.</summary>
    [Range(1_024, 16L * 1_024 * 1_024 * 1_024)]
    public long MaxBodyBytes { get; set; } = 512L * 1_024 * 1_024;

    /// <summary>Longest line, in bytes. A longer one is rejected, the lines after it are read.</summary>
    [Range(256, 16 * 1_024 * 1_024)]
    public int MaxLineBytes { get; set; } = 1_024 * 1_024;

    /// <summary>Most rows of a snapshot: their keys are remembered while it is read, at about 40 bytes each.</summary>
    [Range(1, 100_000_000)]
    public int MaxSnapshotRows { get; set; } = 2_000_000;

    /// <summary>Most lines that one publication may have set aside; with more it is rejected as a whole.</summary>
    [Range(0, 1_000_000)]
    public int MaxSetAside { get; set; } = 10_000;

    /// <summary>Most rejected lines that a report lists; further ones are counted.</summary>
    [Range(1, 10_000)]
    public int MaxReported { get; set; } = 100;

    /// <summary>Most rows of a batch.</summary>
    [Range(1, 50_000)]
    public int BatchRows { get; set; } = 5_000;

    /// <summary>A batch is closed once its rows reach this many bytes.</summary>
    [Range(1_024, 8 * 1_024 * 1_024)]
    public int BatchBytes { get; set; } = 512 * 1_024;

    /// <summary>Batches of one publication that may be sent and not yet committed.</summary>
    [Range(1, 256)]
    public int InFlight { get; set; } = 8;

    /// <summary>Publications under way at once; further ones are asked to come back.</summary>
    [Range(1, 256)]
    public int MaxConcurrent { get; set; } = 8;

    /// <summary>How long a publication waits for another one of the same resource, in seconds.</summary>
    [Range(1, 600)]
    public int WaitSeconds { get; set; } = 30;

    /// <summary>Without a commit for this long, in seconds, a publication is given up; the same key takes it up again.</summary>
    [Range(1, 600)]
    public int CommitDeadlineSeconds { get; set; } = 60;

    /// <summary>How long an idempotency key is kept, in hours.</summary>
    [Range(1, 24 * 30)]
    public int KeyHours { get; set; } = 24;

    /// <summary>Folder for bodies larger than a mebibyte while they are checked, encrypted and already unlinked; by default the system's temporary folder.</summary>
    public string? SpoolFolder { get; set; }
}
