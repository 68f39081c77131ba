using System.Buffers.Binary;
using System.Text;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>How cells of text are read.</summary>
public sealed record CellOptions
{
    public static readonly CellOptions Default = new();

    /// <summary>An empty cell of a nullable field is null (else empty text). An empty cell of a type that is not text is always null. Default true.</summary>
    public bool EmptyIsNull { get; init; } = true;

    /// <summary>An empty cell in quotes is empty text even where <see cref="EmptyIsNull"/> makes others null, as the exchange's own CSV writes it. Default false.</summary>
    public bool QuotedEmptyIsText { get; init; }

    /// <summary>Takes white space off both ends of every cell. Default false: nothing is changed silently.</summary>
    public bool Trim { get; init; }

    /// <summary>The offset of timestamps that name none. Default China Standard Time, +08:00.</summary>
    public TimeSpan Offset { get; init; } = TimeSpan.FromHours(8);
}

/// <summary>
/// Turns the text of a cell into its field's type. Accepted: integers and decimals with ASCII digits, an optional sign and no thousands separators; booleans <c>true false 1 0 是 否</c> (letters in any case);
/// dates <c>2026-01-31</c>, <c>2026-1-31</c>, <c>2026/1/31</c>, <c>20260131</c>, <c>2026年1月31日</c>; times <c>8:05</c>, <c>08:05:00</c>, with a fraction; timestamps RFC 3339, or one of these dates, a space and
/// a time, at the configured offset; UUIDs with dashes. Any other text becomes a <see cref="BadCell"/>.
/// </summary>
public static class TextCell
{
    /// <summary>Writes the field. Returns false where the text is no value of the type and a <see cref="BadCell"/> was written instead.</summary>
    /// <param name="quoted">Whether the cell stood in quotes.</param>
    public static bool TryWrite(Field field, ReadOnlySpan<char> text, RowWriter output, CellOptions options, bool quoted = false)
    {
        if (options.Trim) text = text.Trim();
        if (text.IsEmpty) return WriteEmpty(field, output, options, quoted);
        if (field.Type == FieldType.Text)
        {
            output.WriteText(text);
            return true;
        }

        Span<byte> value = stackalloc byte[field.Type == FieldType.Number ? ValueText.MaxBytes : 16];
        if (TryConvert(field.Type, text, value, options, out var length))
        {
            output.WriteRaw(value[..length]);
            return true;
        }

        output.WriteBadCell(text);
        return false;
    }

    private static bool WriteEmpty(Field field, RowWriter output, CellOptions options, bool quoted)
    {
        var isText = field.Type == FieldType.Text && (!field.Nullable || !options.EmptyIsNull || (quoted && options.QuotedEmptyIsText));
        if (isText) output.WriteText([]);
        else output.WriteNull();
        return true;
    }

    private static bool TryConvert(FieldType type, ReadOnlySpan<char> text, Span<byte> output, CellOptions options, out int length)
    {
        switch (type)
        {
            case FieldType.Boolean:
                length = 1;
                return TryBoolean(text, output);
            case FieldType.Date:
                length = 4;
                return CellDates.TryDate(text, out var days, out var used) && used == text.Length && BinaryPrimitives.TryWriteInt32BigEndian(output, days);
            case FieldType.Time:
                length = 8;
                return CellDates.TryTime(text, out var time) && BinaryPrimitives.TryWriteInt64BigEndian(output, time);
            case FieldType.Timestamp:
                length = 8;
                return TryAscii(type, text, output, out length) || CellDates.TryTimestamp(text, options.Offset, output, out length);
            default:
                if (text[0] == '+' && text.Length > 1 && char.IsAsciiDigit(text[1])) text = text[1..];
                return TryAscii(type, text, output, out length);
        }
    }

    private static bool TryAscii(FieldType type, ReadOnlySpan<char> text, Span<byte> output, out int length)
    {
        length = 0;
        if (text.Length > ValueText.MaxLength) return false;
        Span<byte> ascii = stackalloc byte[text.Length];
        return Ascii.FromUtf16(text, ascii, out _) == System.Buffers.OperationStatus.Done && ValueText.TryParse(type, ascii, output, out length);
    }

    private static bool TryBoolean(ReadOnlySpan<char> text, Span<byte> output)
    {
        var isTrue = text is "1" or "是" || text.Equals("true", StringComparison.OrdinalIgnoreCase);
        output[0] = isTrue ? (byte)1 : (byte)0;
        return isTrue || text is "0" or "否" || text.Equals("false", StringComparison.OrdinalIgnoreCase);
    }
}
