using System.Buffers;
using System.Text.Json;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>
/// Writes rows as JSON objects, all columns in order, null where a field is null. Numbers are JSON numbers where every reader gets them exactly: whole numbers up to 2^53,
/// decimals up to 2^53 with at most 15 digits, doubles; other numbers are strings. Dates are <c>2026-01-31</c>, timestamps RFC 3339 in UTC, times <c>13:45:00</c>.
/// </summary>
public sealed class JsonRowWriter
{
    private const long MaxExact = 1L << 53;
    private const int MaxExactDigits = 15;
    private const int OtherLength = 48;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, (byte)'"', (byte)'\\']);

    private readonly FieldType[] _types;
    private readonly byte[][] _prefixes;
    private readonly int _fixedLength;

    public JsonRowWriter(IReadOnlyList<Column> columns)
    {
        _types = [.. columns.Select(c => c.Type)];
        _prefixes = [.. columns.Select((c, i) => (byte[])[i == 0 ? (byte)'{' : (byte)',', (byte)'"', .. JsonEncodedText.Encode(c.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"', (byte)':'])];
        _fixedLength = 2 + _prefixes.Sum(p => p.Length + OtherLength);
    }

    /// <summary>Writes one object, without a line end.</summary>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        var span = output.GetSpan(MaxLength(fields));
        var at = 0;
        for (var i = 0; i < _types.Length; i++)
        {
            var prefix = _prefixes[i];
            prefix.CopyTo(span[at..]);
            at += prefix.Length;
            at += fields[i].IsNull ? WriteNull(span[at..]) : WriteValue(_types[i], rows.Slice(fields[i].Offset, fields[i].Length), span[at..]);
        }

        if (_types.Length == 0) span[at++] = (byte)'{';
        span[at++] = (byte)'}';
        output.Advance(at);
    }

    // One reservation for the whole row is much faster than one per field.
    private int MaxLength(ReadOnlySpan<FieldSlice> fields)
    {
        var length = _fixedLength;
        for (var i = 0; i < _types.Length; i++)
        {
            if (_types[i] == FieldType.Text) length = checked(length + (6 * Math.Max(0, fields[i].Length)));
            else if (_types[i] == FieldType.Number) length += ValueText.MaxLength;
        }

        return length;
    }

    private static int WriteNull(Span<byte> output)
    {
        "null"u8.CopyTo(output);
        return 4;
    }

    private static int WriteValue(FieldType type, ReadOnlySpan<byte> value, Span<byte> output)
    {
        switch (type)
        {
            case FieldType.Text:
                return WriteText(value, output);
            case FieldType.Double or FieldType.Boolean:
                return ValueText.Write(type, value, output);
            case FieldType.Integer when RowValue.Int64(value) is >= -MaxExact and <= MaxExact:
                return ValueText.Write(type, value, output);
            case FieldType.Number:
                var digits = PgNumeric.WriteText(value, output[1..]);
                if (!IsExact(output.Slice(1, digits))) return Quote(output, digits);
                output.Slice(1, digits).CopyTo(output);
                return digits;
            default:
                return Quote(output, ValueText.Write(type, value, output[1..]));
        }
    }

    private static int Quote(Span<byte> output, int length)
    {
        output[0] = (byte)'"';
        output[length + 1] = (byte)'"';
        return length + 2;
    }

    // A double carries 15 significant digits of any decimal, and every whole number up to 2^53.
    private static bool IsExact(ReadOnlySpan<byte> number)
    {
        if (number[0] == '-') number = number[1..];
        var point = number.IndexOf((byte)'.');
        var significant = number.TrimStart("0."u8).Length - (point > 0 && number[0] != '0' ? 1 : 0);
        if (significant <= MaxExactDigits) return true;
        return point < 0 && number.Length <= 16 && System.Buffers.Text.Utf8Parser.TryParse(number, out long whole, out _) && whole <= MaxExact;
    }

    private static int WriteText(ReadOnlySpan<byte> value, Span<byte> output)
    {
        output[0] = (byte)'"';
        var at = 1;
        while (true)
        {
            var clean = value.IndexOfAny(Escaped);
            var run = clean < 0 ? value : value[..clean];
            run.CopyTo(output[at..]);
            at += run.Length;
            if (clean < 0) break;
            at += WriteEscape(value[clean], output[at..]);
            value = value[(clean + 1)..];
        }

        output[at] = (byte)'"';
        return at + 1;
    }

    private static int WriteEscape(byte character, Span<byte> output)
    {
        output[0] = (byte)'\\';
        output[1] = character switch
        {
            (byte)'"' or (byte)'\\' => character,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'u',
        };
        if (output[1] != 'u') return 2;
        output[2] = output[3] = (byte)'0';
        output[4] = (byte)('0' + (character >> 4));
        output[5] = (byte)"0123456789abcdef"[character & 15];
        return 6;
    }
}
