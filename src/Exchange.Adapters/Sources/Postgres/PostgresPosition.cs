using System.Text.Json;
using Exchange.Adapters.Pipelines;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>Where a PostgreSQL source stands, as it is kept by the platform.</summary>
/// <param name="SnapshotAt">When the last complete snapshot was begun; null where there is none yet.</param>
/// <param name="Fingerprint">Over the content of that snapshot; an equal one need not be published again.</param>
/// <param name="Mark">Highest (time of change, key) that was read, as texts of the source's types; mode watermark only.</param>
internal sealed record PostgresPosition(DateTimeOffset? SnapshotAt, string? Fingerprint, IReadOnlyList<string>? Mark)
{
    public static readonly PostgresPosition Start = new(null, null, null);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The position to go on from: a snapshot that did not end begins anew.</summary>
    public static PostgresPosition Parse(CommittedPosition committed) =>
        committed.Position is null || committed.InSnapshot ? Start : JsonSerializer.Deserialize<PostgresPosition>(committed.Position, Json) ?? Start;

    public string Write() => JsonSerializer.Serialize(this, Json);
}
