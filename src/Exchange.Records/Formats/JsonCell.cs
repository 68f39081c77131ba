using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>How values of foreign JSON are read.</summary>
public sealed record JsonCellOptions
{
    public static readonly JsonCellOptions Default = new();

    /// <summary>How strings are read; as cells of text, but an empty string of a text field stays one unless this says otherwise.</summary>
    public CellOptions Text { get; init; } = CellOptions.Default with { EmptyIsNull = false };

    /// <summary>What a number in a date-time field counts since 1970-01-01 UTC: seconds or milliseconds, as the length of one. Null where a number is no date-time.</summary>
    public TimeSpan? TimeUnit { get; init; }
}

/// <summary>
/// Turns one JSON value into its field's type. Strings are read as <see cref="TextCell"/> reads them, in text fields as they are. Numbers are read in number fields, whole ones (also <c>1.0</c> and
/// <c>1e3</c>) in integer fields, 0 and 1 in boolean fields. Null is null. Any other value becomes a <see cref="BadCell"/>.
/// </summary>
public static class JsonCell
{
    private const int KeptBytes = BadCell.MaxText;

    /// <summary>Writes the value that the reader stands on, and leaves the reader there. Returns false where a <see cref="BadCell"/> was written instead.</summary>
    /// <param name="json">What the reader reads from.</param>
    public static bool TryWrite(Field field, ref Utf8JsonReader reader, ReadOnlySpan<byte> json, RowWriter output, JsonCellOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                output.WriteNull();
                return true;
            case JsonTokenType.String:
                return TryString(field, ref reader, output, options.Text);
            case JsonTokenType.True or JsonTokenType.False when field.Type == FieldType.Boolean:
                output.WriteBoolean(reader.TokenType == JsonTokenType.True);
                return true;
            case JsonTokenType.Number:
                return TryNumber(field, reader.ValueSpan, output, options.TimeUnit) || WriteBad(reader.ValueSpan, output);
            default:
                return WriteBad(RawValue(reader, json), output);
        }
    }

    /// <summary>The text of a string, number, true or false; null for null, objects and arrays, and for strings that are no text.</summary>
    public static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say: not UTF-8, or half a surrogate pair.
            return null;
        }
    }

    private static bool TryString(Field field, ref Utf8JsonReader reader, RowWriter output, CellOptions options)
    {
        if (field.Type == FieldType.Text && !reader.ValueIsEscaped && !options.Trim && reader.ValueSpan.Length > 0)
        {
            // The validator checks the bytes; most strings need no other look.
            output.WriteRaw(reader.ValueSpan);
            return true;
        }

        var chars = ArrayPool<char>.Shared.Rent(Math.Max(1, reader.ValueSpan.Length));
        try
        {
            return TextCell.TryWrite(field, chars.AsSpan(0, reader.CopyString(chars)), output, options);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or no UTF-8: a byte that no text holds lets the validator name the reason.
            output.WriteRaw([0xFF]);
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars, clearArray: true);
        }
    }

    private static bool TryNumber(Field field, ReadOnlySpan<byte> text, RowWriter output, TimeSpan? timeUnit)
    {
        Span<byte> value = stackalloc byte[ValueText.MaxBytes];
        var length = 0;
        var fits = field.Type switch
        {
            _ when text.Length > ValueText.MaxLength => false,
            FieldType.Integer => ValueText.TryParse(field.Type, text, value, out length) || NdjsonReader.TryWhole(text, value, out length),
            FieldType.Number or FieldType.Double => ValueText.TryParse(field.Type, text, value, out length),
            FieldType.Boolean => TryBit(text, value, out length),
            FieldType.Timestamp => timeUnit is { } unit && TryMoment(text, unit, value, out length),
            _ => false,
        };
        if (fits) output.WriteRaw(value[..length]);
        return fits;
    }

    private static bool TryBit(ReadOnlySpan<byte> text, Span<byte> output, out int length)
    {
        length = 1;
        output[0] = text.SequenceEqual("1"u8) ? (byte)1 : (byte)0;
        return output[0] == 1 || text.SequenceEqual("0"u8);
    }

    private static bool TryMoment(ReadOnlySpan<byte> text, TimeSpan unit, Span<byte> output, out int length)
    {
        length = 8;
        if (!Utf8Parser.TryParse(text, out long count, out var used) || used != text.Length) return false;
        var ticks = (Int128)count * unit.Ticks + DateTime.UnixEpoch.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks) return false;
        BinaryPrimitives.WriteInt64BigEndian(output, ((long)ticks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        return true;
    }

    private static ReadOnlySpan<byte> RawValue(Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private static bool WriteBad(ReadOnlySpan<byte> raw, RowWriter output)
    {
        output.WriteBadCell(Encoding.UTF8.GetString(raw.Length > KeptBytes ? raw[..KeptBytes] : raw));
        return false;
    }
}
