using System.Text.Json;
using Exchange.Adapters.Pipelines;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// Where capture stands: of all transactions, those that commit before <paramref name="Lsn"/> are in, and of the one that commits at it the first
/// <paramref name="Ordinal"/> changes. The end of a transaction is thus the place after its commit record, with ordinal 0.
/// </summary>
/// <param name="Lsn">Place in the source's log; null before the first snapshot is complete.</param>
/// <param name="System">Identifier of the database system that the place belongs to.</param>
/// <param name="Shape">Of what the rows were read, see <see cref="TableShape"/>; another one means that rows may differ which no change told of.</param>
/// <param name="Unseen">Transactions that were read and that other sessions of the source may not see yet: a chunk that is read later must.</param>
/// <param name="Resync">A snapshot by chunks that is due or under way; null for none.</param>
internal sealed record CapturePosition(string? Lsn, long Ordinal, string? System, string? Shape, IReadOnlyList<uint>? Unseen, ResyncPosition? Resync)
{
    public static readonly CapturePosition Start = new(null, 0, null, null, null, null);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public NpgsqlLogSequenceNumber? At => Lsn is null ? null : NpgsqlLogSequenceNumber.Parse(Lsn);

    /// <summary>The position to go on from. One of another mode of reading is none: what it knows does not help here.</summary>
    public static CapturePosition Parse(CommittedPosition committed) => committed.Position is null ? Start : Parse(committed.Position);

    public static CapturePosition Parse(string position) => JsonSerializer.Deserialize<CapturePosition>(position, Json) ?? Start;

    public CapturePosition MovedTo(NpgsqlLogSequenceNumber lsn, long ordinal = 0) => this with { Lsn = lsn.ToString(), Ordinal = ordinal };

    public string Write() => JsonSerializer.Serialize(this, Json);
}

/// <param name="Due">Why a snapshot by chunks has to begin; null once it is under way.</param>
/// <param name="After">Key after which the next chunk begins, as texts; empty at the table's start.</param>
internal sealed record ResyncPosition(string? Due, IReadOnlyList<string> After)
{
    public static readonly ResyncPosition Begun = new(null, []);

    public static ResyncPosition Because(string reason) => new(reason, []);
}
