using Exchange.Contracts.Errors;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// Some rows of the table at one moment, waiting for the stream to come to that moment.
/// </summary>
/// <param name="Snapshot">The moment: what it sees is in the rows.</param>
/// <param name="Until">Everything that the moment sees has committed before this place of the log.</param>
/// <param name="Last">Key of the last row, as texts.</param>
/// <param name="IsLast">No row comes after it.</param>
internal sealed record Chunk(ChangeBuffer Rows, SourceSnapshot Snapshot, NpgsqlLogSequenceNumber Until, IReadOnlyList<string> Last, bool IsLast);

/// <summary>
/// A snapshot by chunks while changes flow. A chunk is read at a moment that sees every transaction that was read from the log; it goes out once the stream has passed
/// everything the moment sees, without the rows that were changed meanwhile by transactions which the moment does not see. So no row is ever older than one that went
/// out before it, whatever the order in which transactions become visible.
/// </summary>
internal sealed class Resync(CapturePosition start, NpgsqlLogSequenceNumber notBefore)
{
    private const int MostUnseen = 32;

    private readonly List<uint> _unseen = [.. start.Unseen ?? []];
    private readonly Dictionary<uint, string> _readAnewFor = [];
    private bool _outOfSight;

    public ResyncPosition? Position { get; private set; } = start.Resync;

    /// <summary>Where the stream has to be before a due snapshot begins.</summary>
    public NpgsqlLogSequenceNumber NotBefore { get; private set; } = notBefore;

    /// <summary>The chunk that waits for the stream.</summary>
    public Chunk? Pending { get; private set; }

    public bool IsDue => Position is { Due: not null };

    public bool IsRunning => Position is { Due: null };

    /// <summary>Transactions that were read and that nobody may see yet.</summary>
    public IReadOnlyList<uint> Unseen => _unseen;

    /// <summary>Whether it is time to ask which transactions have become visible.</summary>
    public bool HasManyUnseen => _unseen.Count > MostUnseen;

    public static Error Required(string reason) => ErrorCodes.ResyncRequired.With(("reason", reason));

    /// <summary>The table may differ from what was read: a snapshot has to begin, anew where one is under way.</summary>
    /// <param name="relation">Number of the table that the log told of.</param>
    public void Require(uint relation, string reason, NpgsqlLogSequenceNumber notBefore)
    {
        (Position, NotBefore, Pending) = (ResyncPosition.Because(reason), notBefore, null);
        _readAnewFor[relation] = reason;
    }

    /// <summary>Whether a snapshot was required for this reason before, and the log has told of nothing since that would let another one do better.</summary>
    public bool WasInVain(uint relation, string reason) => _readAnewFor.GetValueOrDefault(relation) == reason;

    /// <summary>The log describes the table in a form that fits: what it told in another is of the past.</summary>
    public void FormFits(uint relation) => _readAnewFor.Remove(relation);

    public void Begin() => Position = ResyncPosition.Begun;

    /// <summary>All rows are gone: what is under way is complete.</summary>
    public void Truncated()
    {
        Pending = null;
        if (IsRunning) Position = null;
    }

    public void TransactionBegun(uint transaction)
    {
        _outOfSight = Pending is { } chunk && !chunk.Snapshot.Sees(transaction);
        _unseen.Add(transaction);
    }

    /// <summary>The current transaction has changed these keys.</summary>
    public void Changed(ChangeBuffer changes, int first)
    {
        if (_outOfSight) Pending?.Rows.DropKeysOf(changes, first);
    }

    public void Wait(Chunk chunk)
    {
        Pending = chunk;
        Forget(chunk.Snapshot);
    }

    /// <summary>The pending chunk is on its way.</summary>
    public void Sent(Chunk chunk) => (Pending, Position) = (null, new ResyncPosition(null, chunk.Last));

    public void End() => Position = null;

    public void Forget(SourceSnapshot snapshot) => _unseen.RemoveAll(snapshot.Sees);
}
