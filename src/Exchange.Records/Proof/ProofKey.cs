using System.Buffers.Binary;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Filters;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Proof;

/// <summary>Reads keys in their canonical form back into values.</summary>
public static class ProofKey
{
    /// <summary>
    /// The values of a key as text that a PostgreSQL cast reads back exactly, one per column; null where the bytes are no key of these columns. They may come from a peer.
    /// </summary>
    public static string[]? Texts(IReadOnlyList<Column> columns, ReadOnlySpan<byte> key)
    {
        var texts = new string[columns.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            if (key.Length < 4) return null;
            var length = BinaryPrimitives.ReadInt32BigEndian(key);
            if (length < 0 || length > key.Length - 4) return null;
            if (Text(columns[i].Type, key.Slice(4, length)) is not { } text) return null;
            texts[i] = text;
            key = key[(4 + length)..];
        }

        return key.IsEmpty ? texts : null;
    }

    /// <summary>A filter that finds exactly the rows of these keys. All must be keys of the fields.</summary>
    public static Filter Filter(IReadOnlyList<Field> fields, IReadOnlyList<byte[]> keys)
    {
        if (fields.Count == 1) return new Filter.In(fields[0], [.. keys.Select(k => new FilterValue(fields[0].Type, k[4..]))]);
        return new Filter.Or([.. keys.Select(key => new Filter.And([.. Values(fields.Count, key)
            .Select((value, i) => new Filter.Comparison(fields[i], ComparisonOperator.Equal, new FilterValue(fields[i].Type, value)))]))]);
    }

    /// <summary>The values of a key in their binary form. It must be a key of so many columns.</summary>
    public static IEnumerable<byte[]> Values(int columns, byte[] key)
    {
        var at = 0;
        for (var i = 0; i < columns; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(key.AsSpan(at));
            yield return key[(at + 4)..(at + 4 + length)];
            at += 4 + length;
        }
    }

    private static string? Text(FieldType type, ReadOnlySpan<byte> value) => type switch
    {
        FieldType.Text => Utf8(value),
        FieldType.Number => PgNumeric.Check(WithScale(value)) == NumericForm.Good ? ValueText.Text(type, WithScale(value)) : null,
        FieldType.Boolean => value.Length == 1 ? ValueText.Text(type, value) : null,
        FieldType.Date => value.Length == 4 ? ValueText.Text(type, value) : null,
        FieldType.Uuid => value.Length == 16 ? ValueText.Text(type, value) : null,
        _ => value.Length == 8 ? ValueText.Text(type, value) : null,
    };

    private static string? Utf8(ReadOnlySpan<byte> value) =>
        System.Text.Unicode.Utf8.IsValid(value) && !value.Contains((byte)0) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>A canonical number has no display scale; one that hides no digit is put in.</summary>
    private static byte[] WithScale(ReadOnlySpan<byte> value)
    {
        var number = value.ToArray();
        if (number.Length < PgNumeric.HeaderBytes) return number;
        var groups = (number.Length - PgNumeric.HeaderBytes) / 2;
        var scale = Math.Clamp(4 * (groups - 1 - BinaryPrimitives.ReadInt16BigEndian(number.AsSpan(2))), 0, PgNumeric.MaxScale);
        BinaryPrimitives.WriteInt16BigEndian(number.AsSpan(6), (short)scale);
        return number;
    }
}
