using System.Buffers.Binary;
using System.Buffers.Text;
using Exchange.Records.Schemas;

namespace Exchange.Records.Rows;

internal static partial class ValueText
{
    private const long MicrosecondsPerDay = 86_400_000_000;
    private static readonly long FirstTimestamp = (DateTime.MinValue.Ticks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    private static readonly long LastTimestamp = (DateTime.MaxValue.Ticks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Writes the text of a value that is not text, and returns its length.</summary>
    /// <param name="output">At least <see cref="MaxLength"/> for a number, 40 bytes for the others.</param>
    public static int Write(FieldType type, ReadOnlySpan<byte> value, Span<byte> output)
    {
        var length = 0;
        switch (type)
        {
            case FieldType.Integer:
                Utf8Formatter.TryFormat(BinaryPrimitives.ReadInt64BigEndian(value), output, out length);
                return length;
            case FieldType.Number:
                return PgNumeric.WriteText(value, output);
            case FieldType.Double:
                BinaryPrimitives.ReadDoubleBigEndian(value).TryFormat(output, out length, "R", System.Globalization.CultureInfo.InvariantCulture);
                return length;
            case FieldType.Boolean:
                var word = value[0] != 0 ? "true"u8 : "false"u8;
                word.CopyTo(output);
                return word.Length;
            case FieldType.Date:
                return WriteDate(BinaryPrimitives.ReadInt32BigEndian(value), output);
            case FieldType.Timestamp:
                return WriteTimestamp(BinaryPrimitives.ReadInt64BigEndian(value), output);
            case FieldType.Time:
                return WriteTimeOfDay(BinaryPrimitives.ReadInt64BigEndian(value), output);
            case FieldType.Uuid:
                Utf8Formatter.TryFormat(new Guid(value, bigEndian: true), output, out length);
                return length;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    private static int WriteDate(int days, Span<byte> output)
    {
        var date = DateOnly.FromDayNumber(days + PgEpoch.DayNumber);
        WriteTwo(date.Year / 100, output);
        WriteTwo(date.Year % 100, output[2..]);
        output[4] = (byte)'-';
        WriteTwo(date.Month, output[5..]);
        output[7] = (byte)'-';
        WriteTwo(date.Day, output[8..]);
        return 10;
    }

    private static int WriteTimestamp(long microseconds, Span<byte> output)
    {
        var days = Math.DivRem(microseconds, MicrosecondsPerDay, out var time);
        if (time < 0)
        {
            days--;
            time += MicrosecondsPerDay;
        }

        WriteDate((int)days, output);
        output[10] = (byte)'T';
        var length = 11 + WriteTimeOfDay(time, output[11..]);
        output[length] = (byte)'Z';
        return length + 1;
    }

    private static int WriteTimeOfDay(long microseconds, Span<byte> output)
    {
        var seconds = (int)(microseconds / 1_000_000);
        var fraction = (int)(microseconds % 1_000_000);
        WriteTwo(seconds / 3600, output);
        output[2] = (byte)':';
        WriteTwo(seconds / 60 % 60, output[3..]);
        output[5] = (byte)':';
        WriteTwo(seconds % 60, output[6..]);
        if (fraction == 0) return 8;
        output[8] = (byte)'.';
        WriteTwo(fraction / 10_000, output[9..]);
        WriteTwo(fraction / 100 % 100, output[11..]);
        WriteTwo(fraction % 100, output[13..]);
        var length = 15;
        while (output[length - 1] == '0') length--;
        return length;
    }

    private static void WriteTwo(int value, Span<byte> output)
    {
        output[0] = (byte)('0' + (value / 10));
        output[1] = (byte)('0' + (value % 10));
    }
}
