using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Exchange.Adapters.Pipelines;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// Tuples of one batch, one per key: a later tuple of a key takes the place of the earlier one, at the end. Bytes are written once; only where
/// tuples fell away are the others moved together. Allocates nothing per tuple.
/// </summary>
/// <param name="lead">Fields in front of the schema's: 1 for the operation of a change, 0 for rows.</param>
/// <param name="fields">Fields of the schema.</param>
/// <param name="keys">Places of the key fields within the schema.</param>
internal sealed class ChangeBuffer(int lead, int fields, int[] keys, int targetBytes)
{
    private const int None = -1;
    private const int Spare = 4096;

    private readonly List<Entry> _entries = [];
    private int[] _buckets = NewBuckets(1024);
    private byte[] _bytes = NewBytes(targetBytes + Spare);
    private int _filled;
    private int _start;

    public int Count { get; private set; }

    private int Capacity => targetBytes + Spare;

    public bool IsEmpty => Count == 0;

    /// <summary>Bytes written, with those of tuples that fell away.</summary>
    public int Bytes => _filled;

    /// <summary>Whether some tuple lacks values.</summary>
    public bool HasIncomplete { get; private set; }

    public void Begin(ReadOnlySpan<byte> operation)
    {
        _start = _filled;
        BinaryPrimitives.WriteInt16BigEndian(Space(2), (short)(lead + fields));
        _filled += 2;
        if (lead > 0) Add(operation);
    }

    public void AddNull()
    {
        BinaryPrimitives.WriteInt32BigEndian(Space(4), -1);
        _filled += 4;
    }

    public void Add(ReadOnlySpan<byte> value)
    {
        var space = Space(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(space, value.Length);
        value.CopyTo(space[4..]);
        _filled += 4 + value.Length;
    }

    /// <summary>Adds whole tuples of the same layout.</summary>
    /// <exception cref="InvalidDataException">They are not of that layout.</exception>
    public void AddTuples(TupleRun run)
    {
        var slices = new FieldSlice[lead + fields];
        var reader = new RowReader(run.Body.Span);
        while (reader.ReadRow(slices))
        {
            var tuple = run.Body.Span[reader.RowStart..reader.RowEnd];
            _start = _filled;
            tuple.CopyTo(Space(tuple.Length));
            _filled += tuple.Length;
            End(isComplete: true);
        }

        if (reader.Fault is { } fault) throw new InvalidDataException($"At byte {fault.Offset}: {fault.Reason}.");
    }

    /// <summary>Ends the tuple that <see cref="Begin"/> began.</summary>
    /// <param name="isComplete">False where values are missing, to be filled in before the batch is taken.</param>
    public void End(bool isComplete)
    {
        var tuple = _bytes.AsSpan(_start + LeadBytes(_start));
        var hash = HashOf(tuple);
        Drop(tuple, hash);
        if ((_entries.Count + 1) * 2 > _buckets.Length) Rehash();
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _entries.Add(new Entry(_start, _filled - _start, hash, bucket, IsAlive: true, isComplete));
        bucket = _entries.Count - 1;
        Count++;
        HasIncomplete |= !isComplete;
    }

    /// <summary>Number of tuples begun since the last taking, with those that fell away.</summary>
    public int Written => _entries.Count;

    /// <summary>Takes the tuples away whose keys another buffer has got since it had written <paramref name="first"/> tuples.</summary>
    public void DropKeysOf(ChangeBuffer other, int first)
    {
        for (var i = first; i < other._entries.Count; i++)
        {
            var entry = other._entries[i];
            Drop(other._bytes.AsSpan(entry.Start + other.LeadBytes(entry.Start)), entry.Hash);
        }
    }

    /// <summary>The keys of tuples that lack values, each as the values of its key fields. Those tuples are taken away.</summary>
    public List<ReadOnlyMemory<byte>[]> TakeIncomplete()
    {
        var taken = new List<ReadOnlyMemory<byte>[]>();
        for (var i = 0; i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (!entry.IsAlive || entry.IsComplete) continue;
            taken.Add(KeyOf(entry));
            _entries[i] = entry with { IsAlive = false };
            Count--;
        }

        HasIncomplete = false;
        return taken;
    }

    /// <summary>The values of the last tuple's key fields; null where there is no tuple.</summary>
    public ReadOnlyMemory<byte>[]? LastKey() => _entries.Count == 0 ? null : KeyOf(_entries[^1]);

    /// <summary>All tuples in the order of their last change; the buffer is empty then, and what was taken is its own memory.</summary>
    public TupleRun Take()
    {
        if (Count < _entries.Count) Compact();
        var run = new TupleRun(TakeBytes(), Count);
        Clear();
        return run;
    }

    public void Clear()
    {
        (_filled, _start, Count, HasIncomplete) = (0, 0, 0, false);
        _entries.Clear();
        Array.Fill(_buckets, None);
    }

    // A few tuples are copied: an array of full size for each small batch would keep the collector busy. What outgrew its size is handed over as well.
    private ReadOnlyMemory<byte> TakeBytes()
    {
        if (_bytes.Length == Capacity && _filled <= Capacity / 2) return _bytes.AsSpan(0, _filled).ToArray();
        var taken = _bytes.AsMemory(0, _filled);
        _bytes = NewBytes(Capacity);
        return taken;
    }

    // Every byte is written before it is read.
    private static byte[] NewBytes(int length) => GC.AllocateUninitializedArray<byte>(length);

    private static int[] NewBuckets(int length)
    {
        var buckets = new int[length];
        Array.Fill(buckets, None);
        return buckets;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> tuple, int field)
    {
        var at = 0;
        for (var i = 0; i < field; i++) at += 4 + Math.Max(BinaryPrimitives.ReadInt32BigEndian(tuple[at..]), 0);
        return tuple.Slice(at, 4 + Math.Max(BinaryPrimitives.ReadInt32BigEndian(tuple[at..]), 0));
    }

    private ReadOnlyMemory<byte>[] KeyOf(Entry entry)
    {
        var tuple = _bytes.AsSpan(entry.Start + LeadBytes(entry.Start), entry.Length - LeadBytes(entry.Start));
        var key = new ReadOnlyMemory<byte>[keys.Length];
        for (var i = 0; i < keys.Length; i++) key[i] = Field(tuple, keys[i])[4..].ToArray();
        return key;
    }

    /// <summary>Bytes before the schema's first field: the field count and the lead.</summary>
    private int LeadBytes(int start) => lead == 0 ? 2 : 6 + Math.Max(BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(start + 2)), 0);

    private int HashOf(ReadOnlySpan<byte> tuple)
    {
        var hash = default(HashCode);
        foreach (var key in keys) hash.AddBytes(Field(tuple, key));
        return hash.ToHashCode();
    }

    private void Drop(ReadOnlySpan<byte> tuple, int hash)
    {
        for (var i = _buckets[hash & (_buckets.Length - 1)]; i != None; i = _entries[i].Next)
        {
            var entry = _entries[i];
            if (!entry.IsAlive || entry.Hash != hash || !SameKey(tuple, _bytes.AsSpan(entry.Start + LeadBytes(entry.Start)))) continue;
            _entries[i] = entry with { IsAlive = false };
            Count--;
            return;
        }
    }

    private bool SameKey(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        foreach (var key in keys)
            if (!Field(left, key).SequenceEqual(Field(right, key))) return false;
        return true;
    }

    private void Compact()
    {
        var to = 0;
        foreach (var entry in _entries)
        {
            if (!entry.IsAlive) continue;
            if (to != entry.Start) _bytes.AsSpan(entry.Start, entry.Length).CopyTo(_bytes.AsSpan(to));
            to += entry.Length;
        }

        _filled = to;
    }

    private void Rehash()
    {
        _buckets = NewBuckets(_buckets.Length * 2);
        var entries = CollectionsMarshal.AsSpan(_entries);
        for (var i = 0; i < entries.Length; i++)
        {
            ref var bucket = ref _buckets[entries[i].Hash & (_buckets.Length - 1)];
            entries[i] = entries[i] with { Next = bucket };
            bucket = i;
        }
    }

    private Span<byte> Space(int bytes)
    {
        if (_bytes.Length - _filled < bytes) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _filled + bytes));
        return _bytes.AsSpan(_filled);
    }

    private readonly record struct Entry(int Start, int Length, int Hash, int Next, bool IsAlive, bool IsComplete);
}
