using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Proof;

/// <summary>
/// Digests rows: the first 128 bits of SHA-256 over the row's fields in order, each as its length (32 bits, -1 for null) and its canonical bytes. Source, store and
/// target that hold the same row get the same digest. Uses one buffer again and again: not safe for use by several threads.
/// </summary>
public sealed class RowDigester
{
    private const int LengthBytes = 4;

    private readonly FieldType[] _types;
    private readonly int[] _keys;
    private byte[] _scratch = new byte[1024];

    /// <param name="types">Types of the columns, in the order of the rows.</param>
    /// <param name="keys">Places of the key columns, in the order that all sides agree on.</param>
    public RowDigester(IEnumerable<FieldType> types, IEnumerable<int> keys) => (_types, _keys) = ([.. types], [.. keys]);

    /// <summary>Over whole rows of a schema.</summary>
    public static RowDigester For(ResourceSchema schema) => new(schema.Fields.Select(f => f.Type), schema.Keys.Select(k => k.Ordinal));

    /// <summary>Number of columns.</summary>
    public int Columns => _types.Length;

    /// <summary>The digest of a row.</summary>
    /// <param name="rows">The buffer that holds it.</param>
    /// <param name="fields">Where its fields are, one per column.</param>
    public UInt128 Row(ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        var at = 0;
        for (var i = 0; i < _types.Length; i++) at = Append(at, _types[i], rows, fields[i]);
        return First128Bits(_scratch.AsSpan(0, at));
    }

    /// <summary>The key of a row in its canonical form, which is compared byte by byte. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Key(ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        var at = 0;
        foreach (var key in _keys) at = Append(at, _types[key], rows, fields[key]);
        return _scratch.AsSpan(0, at);
    }

    internal static UInt128 First128Bits(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private int Append(int at, FieldType type, ReadOnlySpan<byte> rows, FieldSlice field)
    {
        var needed = at + LengthBytes + Math.Max(0, field.Length);
        if (needed > _scratch.Length) Array.Resize(ref _scratch, Math.Max(needed, _scratch.Length * 2));
        var length = field.IsNull ? -1 : CanonicalValue.Write(type, rows.Slice(field.Offset, field.Length), _scratch.AsSpan(at + LengthBytes));
        BinaryPrimitives.WriteInt32BigEndian(_scratch.AsSpan(at), length);
        return at + LengthBytes + Math.Max(0, length);
    }
}
