using System.Buffers.Binary;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Proof;

/// <summary>
/// The one form that equal values have on every side. Two values that PostgreSQL finds equal but writes differently (1.5 and 1.50, zero and minus zero) are the
/// same here: neither the store nor a target would ever write the one over the other.
/// </summary>
internal static class CanonicalValue
{
    private const int WeightAt = 2;
    private const int SignAt = 4;

    /// <summary>Writes the canonical form and returns its length, never more than that of the value.</summary>
    public static int Write(FieldType type, ReadOnlySpan<byte> value, Span<byte> output)
    {
        if (type == FieldType.Number && value.Length >= PgNumeric.HeaderBytes) return WriteNumber(value, output);
        value.CopyTo(output);
        if (type == FieldType.Double && value.Length == 8 && RowValue.Double(value) == 0) output[..8].Clear();
        return value.Length;
    }

    /// <summary>Groups of zeros at either end and the display scale say nothing about the number.</summary>
    private static int WriteNumber(ReadOnlySpan<byte> value, Span<byte> output)
    {
        var (first, end) = (0, (value.Length - PgNumeric.HeaderBytes) / 2);
        while (first < end && Group(value, first) == 0) first++;
        while (end > first && Group(value, end - 1) == 0) end--;
        output[..PgNumeric.HeaderBytes].Clear();
        if (first == end) return PgNumeric.HeaderBytes;
        BinaryPrimitives.WriteInt16BigEndian(output, (short)(end - first));
        BinaryPrimitives.WriteInt16BigEndian(output[WeightAt..], (short)(BinaryPrimitives.ReadInt16BigEndian(value[WeightAt..]) - first));
        value.Slice(SignAt, 2).CopyTo(output[SignAt..]);
        var groups = value[(PgNumeric.HeaderBytes + (2 * first))..(PgNumeric.HeaderBytes + (2 * end))];
        groups.CopyTo(output[PgNumeric.HeaderBytes..]);
        return PgNumeric.HeaderBytes + groups.Length;
    }

    private static int Group(ReadOnlySpan<byte> value, int index) => BinaryPrimitives.ReadUInt16BigEndian(value[(PgNumeric.HeaderBytes + (2 * index))..]);
}
