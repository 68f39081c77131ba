using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Publishing;

/// <summary>The keys that a snapshot has held so far, as 128 bits each. Values that the store takes for the same are the same here.</summary>
internal sealed class SeenKeys(ResourceSchema schema) : IDisposable
{
    private readonly HashSet<UInt128> _keys = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Remembers the key of a good row; false where a good row had it before.</summary>
    public bool Add(ReadOnlySpan<byte> tuple, ReadOnlySpan<FieldSlice> fields)
    {
        Span<byte> length = stackalloc byte[4];
        foreach (var key in schema.Keys)
        {
            var field = fields[key.Ordinal];
            var value = Plain(key.Type, tuple.Slice(field.Offset, field.Length));
            BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
            _hash.AppendData(length);
            _hash.AppendData(value);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(digest);
        return _keys.Add(BinaryPrimitives.ReadUInt128LittleEndian(digest));
    }

    public void Dispose() => _hash.Dispose();

    // 1.0 and 1.00 are one key, and so are 0.0 and -0.0.
    private static ReadOnlySpan<byte> Plain(FieldType type, ReadOnlySpan<byte> value) => type switch
    {
        FieldType.Number => System.Text.Encoding.ASCII.GetBytes(TrimZeros(RowValue.NumberText(value))),
        FieldType.Double when RowValue.Double(value) == 0 => new byte[8],
        _ => value,
    };

    private static string TrimZeros(string number) => number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;
}
