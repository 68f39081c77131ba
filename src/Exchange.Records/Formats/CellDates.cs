using System.Buffers.Binary;
using Exchange.Records.Rows;

namespace Exchange.Records.Formats;

/// <summary>The ways in which departments' files write dates and times.</summary>
internal static class CellDates
{
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>Reads a date from the start of the text; <paramref name="used"/> tells how much of it.</summary>
    public static bool TryDate(ReadOnlySpan<char> text, out int days, out int used)
    {
        days = 0;
        used = 0;
        if (!TakeDigits(text, ref used, 4, 8, out var year)) return false;
        if (used == 8) return ValueText.TryDay(year / 10_000, year / 100 % 100, year % 100, out days);
        if (used != 4 || used == text.Length) return false;
        var first = text[used++];
        var second = first == '年' ? '月' : first;
        if (first is not ('-' or '/' or '年')) return false;
        if (!TakeDigits(text, ref used, 1, 2, out var month) || used == text.Length || text[used++] != second) return false;
        if (!TakeDigits(text, ref used, 1, 2, out var day)) return false;
        if (first == '年' && (used == text.Length || text[used++] != '日')) return false;
        return ValueText.TryDay(year, month, day, out days);
    }

    /// <summary>Reads <c>h:mm</c>, <c>h:mm:ss</c> and fractions of at most six digits; the whole text.</summary>
    public static bool TryTime(ReadOnlySpan<char> text, out long microseconds)
    {
        microseconds = 0;
        var used = 0;
        if (!TakeDigits(text, ref used, 1, 2, out var hour) || !TakeColonAndTwo(text, ref used, out var minute)) return false;
        var second = 0;
        if (used < text.Length && !TakeColonAndTwo(text, ref used, out second)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        microseconds = ((((hour * 60L) + minute) * 60) + second) * 1_000_000;
        if (used == text.Length) return true;
        if (text[used++] != '.') return false;
        var start = used;
        if (!TakeDigits(text, ref used, 1, 6, out var fraction) || used != text.Length) return false;
        for (var digits = used - start; digits < 6; digits++) fraction *= 10;
        microseconds += fraction;
        return true;
    }

    /// <summary>Reads a date, a space and a time at the given offset.</summary>
    public static bool TryTimestamp(ReadOnlySpan<char> text, TimeSpan offset, Span<byte> output, out int length)
    {
        length = 8;
        if (!TryDate(text, out var days, out var used) || used == text.Length || text[used] != ' ') return false;
        if (!TryTime(text[(used + 1)..], out var time)) return false;
        var value = (days * MicrosecondsPerDay) + time - (offset.Ticks / TimeSpan.TicksPerMicrosecond);
        if (value < Validation.MicrosecondsCheck.FirstTimestamp || value > Validation.MicrosecondsCheck.LastTimestamp) return false;
        BinaryPrimitives.WriteInt64BigEndian(output, value);
        return true;
    }

    private static bool TakeColonAndTwo(ReadOnlySpan<char> text, ref int used, out int value)
    {
        value = 0;
        if (used == text.Length || text[used] != ':') return false;
        used++;
        return TakeDigits(text, ref used, 2, 2, out value);
    }

    private static bool TakeDigits(ReadOnlySpan<char> text, ref int used, int least, int most, out int value)
    {
        value = 0;
        var start = used;
        while (used < text.Length && used - start < most && char.IsAsciiDigit(text[used])) value = (value * 10) + (text[used++] - '0');
        return used - start >= least;
    }
}
