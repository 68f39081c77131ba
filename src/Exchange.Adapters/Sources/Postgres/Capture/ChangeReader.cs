using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>What a message was about.</summary>
internal enum Arrival
{
    /// <summary>Nothing that moves the position.</summary>
    Nothing,
    Begun,
    Changed,
    Committed,

    /// <summary>All rows are gone.</summary>
    Truncated,

    /// <summary>The table is described anew: bind it before the next message.</summary>
    Described,

    /// <summary>A change of the table as it was when it did not fit the resource; it was left out.</summary>
    Misfit,
}

/// <summary>
/// Follows the transactions of the log and turns their changes into tuples. The place within a transaction counts all changes that arrive, so that it is the
/// same each time the transaction is read.
/// </summary>
internal sealed class ChangeReader(ResourceSchema schema, ChangeBuffer output, LocalTimes times, NpgsqlLogSequenceNumber from, long ordinal)
{
    private readonly Dictionary<uint, Result<BoundRelation>> _relations = [];
    private readonly int[] _keys = [.. schema.Keys.Select(k => k.Ordinal)];
    private ColumnValue[] _new = [];
    private ColumnValue[] _old = [];
    private NpgsqlLogSequenceNumber _commit;
    private long _skip;

    public bool InTransaction { get; private set; }

    /// <summary>Number of the transaction that is being read, or was read last.</summary>
    public uint Transaction { get; private set; }

    /// <summary>Everything before this place is read, and in the transaction that commits at it <see cref="Ordinal"/> changes.</summary>
    public NpgsqlLogSequenceNumber At { get; private set; } = from;

    public long Ordinal { get; private set; } = ordinal;

    /// <summary>The description that <see cref="Arrival.Described"/> told of.</summary>
    public RelationMessage? Description { get; private set; }

    /// <summary>Why the change that <see cref="Arrival.Misfit"/> told of does not fit.</summary>
    public Error? Misfit { get; private set; }

    /// <summary>Number of the table in that form.</summary>
    public uint MisfitOf { get; private set; }

    public void Bind(uint relation, Result<BoundRelation> bound) => _relations[relation] = bound;

    /// <summary>Between transactions: nothing of ours lies before that place.</summary>
    public void MoveTo(NpgsqlLogSequenceNumber place)
    {
        if (place > At) (At, Ordinal) = (place, 0);
    }

    /// <summary>Takes one message in.</summary>
    /// <exception cref="InvalidDataException">It is no message of pgoutput, or it is out of order.</exception>
    public Arrival Read(ReadOnlySpan<byte> bytes)
    {
        var message = new PgOutputMessage(bytes);
        switch ((char)message.Byte())
        {
            case 'B':
                _commit = new NpgsqlLogSequenceNumber(message.UInt64());
                message.UInt64();
                Transaction = message.UInt32();
                _skip = _commit == At ? Ordinal : 0;
                (InTransaction, At, Ordinal) = (true, _commit, 0);
                return Arrival.Begun;
            case 'C':
                message.Byte();
                message.UInt64();
                (InTransaction, At, Ordinal) = (false, new NpgsqlLogSequenceNumber(message.UInt64()), 0);
                message.UInt64();
                return Arrival.Committed;
            case 'R':
                Description = RelationMessage.Read(message);
                return Arrival.Described;
            case 'I' or 'U' or 'D': return Change(bytes, message);
            case 'T': return IsNew() ? Arrival.Truncated : Arrival.Nothing;
            case 'Y' or 'O' or 'M': return Arrival.Nothing;
            default: throw new InvalidDataException($"'{(char)bytes[0]}' is no message of pgoutput that is known here.");
        }
    }

    private Arrival Change(ReadOnlySpan<byte> bytes, PgOutputMessage message)
    {
        if (!IsNew()) return Arrival.Nothing;
        var relation = message.UInt32();
        if (!_relations.TryGetValue(relation, out var bound)) throw new InvalidDataException("A change of a table that was not described.");
        if (bound.IsError)
        {
            (Misfit, MisfitOf) = (bound.Error, relation);
            return Arrival.Misfit;
        }

        switch ((char)bytes[0])
        {
            case 'I': Insert(bytes, message, bound.Value); break;
            case 'U': Update(bytes, message, bound.Value); break;
            default: Delete(bytes, message, bound.Value); break;
        }

        return Arrival.Changed;
    }

    /// <summary>Counts a change; false where it was delivered before.</summary>
    private bool IsNew()
    {
        if (!InTransaction) throw new InvalidDataException("A change outside of a transaction.");
        Ordinal++;
        return Ordinal > _skip;
    }

    private void Insert(ReadOnlySpan<byte> bytes, PgOutputMessage message, BoundRelation bound)
    {
        message.Byte();
        message.Tuple(ref _new);
        Upsert(bytes, bound, hasOld: false);
    }

    private void Update(ReadOnlySpan<byte> bytes, PgOutputMessage message, BoundRelation bound)
    {
        var kind = message.Byte();
        var hasOld = kind is (byte)'K' or (byte)'O';
        if (hasOld)
        {
            message.Tuple(ref _old);
            message.Byte();
        }

        message.Tuple(ref _new);
        if (hasOld && !KeyIsSame(bytes, bound)) DeleteOld(bytes, bound);
        Upsert(bytes, bound, hasOld && kind == (byte)'O');
    }

    private void Delete(ReadOnlySpan<byte> bytes, PgOutputMessage message, BoundRelation bound)
    {
        message.Byte();
        message.Tuple(ref _old);
        DeleteOld(bytes, bound);
    }

    private void Upsert(ReadOnlySpan<byte> bytes, BoundRelation bound, bool hasOld)
    {
        output.Begin("U"u8);
        var complete = true;
        for (var i = 0; i < bound.Column.Count; i++)
        {
            var value = _new[bound.Column[i]];
            if (value.State == ColumnState.Unchanged && hasOld) value = _old[bound.Column[i]];
            complete &= value.State != ColumnState.Unchanged;
            AddValue(bytes, bound.Form[i], value);
        }

        output.End(complete);
    }

    private void DeleteOld(ReadOnlySpan<byte> bytes, BoundRelation bound)
    {
        output.Begin("D"u8);
        for (var i = 0; i < bound.Column.Count; i++)
        {
            if (Array.IndexOf(_keys, i) >= 0) AddValue(bytes, bound.Form[i], _old[bound.Column[i]]);
            else output.AddNull();
        }

        output.End(isComplete: true);
    }

    private void AddValue(ReadOnlySpan<byte> bytes, ColumnForm form, ColumnValue value)
    {
        switch (value.State)
        {
            case ColumnState.Null or ColumnState.Unchanged:
                output.AddNull();
                break;
            case ColumnState.Binary:
                ColumnForms.Add(output, form, bytes.Slice(value.Offset, value.Length), times);
                break;
            case ColumnState.Text when form is ColumnForm.AsIs or ColumnForm.TrimBlanks:
                ColumnForms.Add(output, form, bytes.Slice(value.Offset, value.Length), times);
                break;
            default:
                throw new InvalidDataException("The source sent a value as text that was asked for in binary form.");
        }
    }

    private bool KeyIsSame(ReadOnlySpan<byte> bytes, BoundRelation bound)
    {
        foreach (var key in _keys)
        {
            var (old, now) = (_old[bound.Column[key]], _new[bound.Column[key]]);
            if (now.State == ColumnState.Unchanged) continue;
            if (old.State != now.State || !bytes.Slice(old.Offset, old.Length).SequenceEqual(bytes.Slice(now.Offset, now.Length))) return false;
        }

        return true;
    }
}
