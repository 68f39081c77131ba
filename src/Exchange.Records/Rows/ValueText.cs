using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Exchange.Records.Schemas;

namespace Exchange.Records.Rows;

/// <summary>
/// The text of a value as JSON, filters and CSV output have it, and back: numbers in decimal, dates <c>2026-01-31</c>, timestamps RFC 3339 with an offset and at most
/// microseconds, times of day <c>13:45:00</c> without an offset, UUIDs with dashes. Strict: nothing is trimmed, rounded or guessed.
/// </summary>
internal static partial class ValueText
{
    /// <summary>The longest text that <see cref="Write"/> makes of a value that is not text.</summary>
    public const int MaxLength = PgNumeric.MaxTextLength + 8;

    /// <summary>The largest binary form that <see cref="TryParse"/> makes of a type that is not text.</summary>
    public const int MaxBytes = PgNumeric.MaxBytes;

    /// <summary>Reads the text of a type that is not text into its binary form.</summary>
    /// <param name="output">At least <see cref="MaxBytes"/>.</param>
    public static bool TryParse(FieldType type, ReadOnlySpan<byte> text, Span<byte> output, out int written)
    {
        written = 0;
        switch (type)
        {
            case FieldType.Integer:
                written = 8;
                return TryInteger(text, output);
            case FieldType.Number:
                return PgNumeric.Parse(text, output, out written) == NumberText.Good;
            case FieldType.Double:
                written = 8;
                return TryDouble(text, output);
            case FieldType.Boolean:
                written = 1;
                output[0] = text.SequenceEqual("true"u8) ? (byte)1 : (byte)0;
                return output[0] == 1 || text.SequenceEqual("false"u8);
            case FieldType.Date:
                written = 4;
                return text.Length == 10 && TryDate(text, output);
            case FieldType.Timestamp:
                written = 8;
                return TryTimestamp(text, output);
            case FieldType.Time:
                written = 8;
                return TryTimeOfDay(text, out var microseconds, out var length) && length == text.Length && Store(output, microseconds);
            case FieldType.Uuid:
                written = 16;
                return Utf8Parser.TryParse(text, out Guid uuid, out var consumed, 'D') && consumed == text.Length && uuid.TryWriteBytes(output, bigEndian: true, out _);
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    private static bool TryInteger(ReadOnlySpan<byte> text, Span<byte> output)
    {
        var digits = text.Length > 0 && text[0] == '-' ? text[1..] : text;
        if (digits.Length == 0 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        return Utf8Parser.TryParse(text, out long value, out var consumed) && consumed == text.Length && Store(output, value);
    }

    private static bool TryDouble(ReadOnlySpan<byte> text, Span<byte> output)
    {
        if (text.Length == 0 || text[0] is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9'))) return false;
        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)) return false;
        return double.IsFinite(value) && Store(output, BitConverter.DoubleToInt64Bits(value));
    }

    private static bool TryDate(ReadOnlySpan<byte> text, Span<byte> output)
    {
        if (text[4] != '-' || text[7] != '-') return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text.Slice(5, 2), out var month) || !TryDigits(text.Slice(8, 2), out var day)) return false;
        if (!TryDay(year, month, day, out var days)) return false;
        BinaryPrimitives.WriteInt32BigEndian(output, days);
        return true;
    }

    /// <summary>Days since 2000-01-01 of a date that exists.</summary>
    public static bool TryDay(int year, int month, int day, out int days)
    {
        days = 0;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        days = new DateOnly(year, month, day).DayNumber - PgEpoch.DayNumber;
        return true;
    }

    private static bool TryTimestamp(ReadOnlySpan<byte> text, Span<byte> output)
    {
        Span<byte> date = stackalloc byte[4];
        if (text.Length < 20 || text[10] is not ((byte)'T' or (byte)'t') || !TryDate(text[..10], date)) return false;
        if (!TryTimeOfDay(text[11..], out var time, out var length) || !TryOffset(text[(11 + length)..], out var offset)) return false;
        var value = (BinaryPrimitives.ReadInt32BigEndian(date) * MicrosecondsPerDay) + time - offset;
        return value >= FirstTimestamp && value <= LastTimestamp && Store(output, value);
    }

    // Z, or a sign with hours and minutes.
    private static bool TryOffset(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length == 1) return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!TryDigits(text.Slice(1, 2), out var hours) || !TryDigits(text.Slice(4, 2), out var minutes) || hours > 23 || minutes > 59) return false;
        microseconds = ((hours * 60) + minutes) * 60_000_000L * (text[0] == '-' ? -1 : 1);
        return true;
    }

    // hh:mm:ss with an optional fraction; digits beyond microseconds must be zero, because dropping them would change the value.
    private static bool TryTimeOfDay(ReadOnlySpan<byte> text, out long microseconds, out int length)
    {
        microseconds = 0;
        length = 8;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':') return false;
        if (!TryDigits(text[..2], out var hour) || !TryDigits(text.Slice(3, 2), out var minute) || !TryDigits(text.Slice(6, 2), out var second)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        microseconds = ((((hour * 60L) + minute) * 60) + second) * 1_000_000;
        if (text.Length == 8 || text[8] != '.') return true;
        length = 9;
        for (var scale = 100_000; length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9'; length++, scale /= 10)
        {
            if (scale == 0 && text[length] != '0') return false;
            microseconds += (text[length] - '0') * scale;
        }

        return length > 9;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }

    private static bool Store(Span<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output, value);
        return true;
    }

    /// <summary>The text of any value, as a string.</summary>
    public static string Text(FieldType type, ReadOnlySpan<byte> value)
    {
        if (type == FieldType.Text) return Encoding.UTF8.GetString(value);
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(text[..Write(type, value, text)]);
    }
}
