using System.Text.Json;
using Exchange.Adapters.Pipelines;

namespace Exchange.Adapters.Sources.Http;

/// <summary>Where an HTTP source stands, as it is kept by the platform.</summary>
/// <param name="SnapshotAt">When the last complete pass was begun; null where there is none yet.</param>
/// <param name="Fingerprint">Over the rows of that pass; an equal one need not be published again.</param>
/// <param name="Since">Cursor or mark to ask for changes with; null where there are no changes to be had.</param>
internal sealed record HttpPosition(DateTimeOffset? SnapshotAt, string? Fingerprint, string? Since)
{
    /// <summary>The longest cursor that fits a position.</summary>
    public const int MaxSince = 2000;

    private static readonly HttpPosition Start = new(null, null, null);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The position to go on from: a pass that was not published to its end is read anew.</summary>
    public static HttpPosition Parse(CommittedPosition committed) =>
        committed.Position is null || committed.InSnapshot ? Start : JsonSerializer.Deserialize<HttpPosition>(committed.Position, Json) ?? Start;

    public string Write() => JsonSerializer.Serialize(this, Json);
}
