using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>Single fields as JSON, both ways, for records that people look at and put right. Rows need not have passed the validator.</summary>
public static class FieldJson
{
    private const int MaxShown = 2_000;
    private const int MaxExactLength = 15;

    /// <summary>
    /// Writes a field's value; what is no value of its type is written as <c>{"unreadable":"…"}</c>, with the text the source had, or the bytes in hexadecimal digits.
    /// </summary>
    public static void Write(Utf8JsonWriter output, Field field, ReadOnlySpan<byte> value, bool isNull)
    {
        if (isNull) output.WriteNullValue();
        else if (!IsReadable(field.Type, value)) WriteUnreadable(output, value);
        else if (field.Type == FieldType.Boolean) output.WriteBooleanValue(RowValue.Boolean(value));
        else if (IsExactNumber(field.Type, value)) output.WriteRawValue(ValueText.Text(field.Type, value));
        else output.WriteStringValue(ValueText.Text(field.Type, value));
    }

    /// <summary>Writes a value that was given as JSON into a row. Numbers may stand in quotes, as large ones must.</summary>
    /// <returns>Null; or what is wrong with it, and nothing was written.</returns>
    public static ErrorDetail? Read(Field field, JsonElement json, string pointer, RowWriter output)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Null:
                output.WriteNull();
                return null;
            case JsonValueKind.String when field.Type == FieldType.Text:
                output.WriteText(json.GetString());
                return null;
            case JsonValueKind.String when field.Type is not (FieldType.Boolean or FieldType.Double):
                return TryWrite(field, json.GetString()!, output) ? null : Wrong(field, pointer);
            case JsonValueKind.Number when field.Type is FieldType.Integer or FieldType.Number or FieldType.Double:
                return TryWrite(field, json.GetRawText(), output) ? null : Wrong(field, pointer);
            case JsonValueKind.True or JsonValueKind.False when field.Type == FieldType.Boolean:
                output.WriteBoolean(json.GetBoolean());
                return null;
            default:
                return Wrong(field, pointer);
        }
    }

    /// <summary>A number that every reader of JSON gets exactly; others are written as text.</summary>
    private static bool IsExactNumber(FieldType type, ReadOnlySpan<byte> value) =>
        type == FieldType.Double || (type is FieldType.Integer or FieldType.Number && ValueText.Text(type, value).Length <= MaxExactLength);

    private static bool TryWrite(Field field, string text, RowWriter output)
    {
        if (text.Length > ValueText.MaxLength || !Ascii.IsValid(text)) return false;
        Span<byte> value = stackalloc byte[ValueText.MaxBytes];
        if (!ValueText.TryParse(field.Type, Encoding.ASCII.GetBytes(text), value, out var length)) return false;
        output.WriteRaw(value[..length]);
        return true;
    }

    private static ErrorDetail Wrong(Field field, string pointer) =>
        new(pointer, ErrorCodes.ValueTypeWrong, ErrorCodes.ValueTypeWrong.With(("field", field.Name), ("type", FieldFormats.Describe(field.Type))).Data);

    private static bool IsReadable(FieldType type, ReadOnlySpan<byte> value) => type switch
    {
        FieldType.Text => System.Text.Unicode.Utf8.IsValid(value),
        FieldType.Number => PgNumeric.Check(value) == NumericForm.Good,
        FieldType.Boolean => value.Length == 1,
        FieldType.Date => value.Length == 4 && IsDay(BinaryPrimitives.ReadInt32BigEndian(value)),
        FieldType.Timestamp => value.Length == 8 && BinaryPrimitives.ReadInt64BigEndian(value) is var at
            && at >= (DateTime.MinValue.Ticks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond && at <= (DateTime.MaxValue.Ticks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        FieldType.Time => value.Length == 8 && BinaryPrimitives.ReadInt64BigEndian(value) is >= 0 and < TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond,
        FieldType.Double => value.Length == 8 && double.IsFinite(RowValue.Double(value)),
        FieldType.Uuid => value.Length == 16,
        _ => value.Length == 8,
    };

    private static bool IsDay(int days) => days + (long)PgEpoch.DayNumber is >= 0 and <= 3_652_058;

    private static void WriteUnreadable(Utf8JsonWriter output, ReadOnlySpan<byte> value)
    {
        var shown = value[..Math.Min(value.Length, MaxShown)];
        output.WriteStartObject();
        output.WriteString("unreadable", BadCell.Text(value) ?? Convert.ToHexStringLower(shown));
        output.WriteEndObject();
    }
}
