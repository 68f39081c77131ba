using System.Buffers.Binary;

namespace Exchange.Records.Rows;

/// <summary>
/// PostgreSQL's binary numeric: number of base-10,000 digits, weight of the first (as a power of 10,000), sign and display scale, each 16 bits,
/// then the digits. The exchange carries at most <see cref="MaxIntegerDigits"/> decimal digits before the point and <see cref="MaxScale"/> after it.
/// </summary>
internal static partial class PgNumeric
{
    public const int MaxIntegerDigits = 1000;
    public const int MaxScale = 1000;
    public const int HeaderBytes = 8;

    /// <summary>A decimal has 29 digits: at most 9 groups of four, wherever the point falls.</summary>
    public const int MaxDecimalBytes = HeaderBytes + (2 * 16);

    /// <summary>The largest numeric that is carried.</summary>
    public const int MaxBytes = HeaderBytes + (2 * 504);

    /// <summary>The longest text of a numeric that is carried: sign, digits, point.</summary>
    public const int MaxTextLength = MaxIntegerDigits + MaxScale + 2;

    public const ushort Positive = 0x0000;
    public const ushort Negative = 0x4000;

    /// <summary>Writes a decimal with the scale it has, and returns the number of bytes.</summary>
    public static int Write(decimal value, Span<byte> output)
    {
        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        return Parse(text[..length], output, out var written) == NumberText.Good ? written : throw new InvalidOperationException("A decimal always fits a numeric.");
    }

    /// <summary>Whether the bytes are a finite number in the carried range that PostgreSQL reads without changing it.</summary>
    public static NumericForm Check(ReadOnlySpan<byte> value)
    {
        if (value.Length < HeaderBytes) return NumericForm.Malformed;
        int digits = BinaryPrimitives.ReadUInt16BigEndian(value);
        if (value.Length != HeaderBytes + (2 * digits)) return NumericForm.Malformed;
        int weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        int scale = BinaryPrimitives.ReadUInt16BigEndian(value[6..]);
        if (sign is 0xC000 or 0xD000 or 0xF000) return NumericForm.OutOfRange;
        if (sign is not (Positive or Negative) || scale > 0x3FFF) return NumericForm.Malformed;
        for (var i = 0; i < digits; i++)
        {
            if (Digit(value, i) >= 10_000) return NumericForm.Malformed;
        }

        // A zero without digits may name any weight, which would make its text as long.
        if (scale > MaxScale || weight >= MaxIntegerDigits / 4 || weight < -(MaxScale / 4) - 1 || digits > (MaxBytes - HeaderBytes) / 2) return NumericForm.OutOfRange;
        return digits > 0 && HidesDigits(value, digits, weight, scale) ? NumericForm.Malformed : NumericForm.Good;
    }

    // PostgreSQL would silently cut off what lies beyond the display scale.
    private static bool HidesDigits(ReadOnlySpan<byte> value, int digits, int weight, int scale)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            var beyond = (4 * (i - weight)) - scale;
            if (beyond <= 0) return false;
            var digit = Digit(value, i);
            if (digit == 0) continue;
            if (beyond >= 4 || digit % (beyond == 1 ? 10 : beyond == 2 ? 100 : 1000) != 0) return true;
        }

        return false;
    }

    /// <summary>Compares by value: 1.0 equals 1.00.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var leftSign = Sign(left, out var leftFirst, out var leftLast);
        var rightSign = Sign(right, out var rightFirst, out var rightLast);
        if (leftSign != rightSign) return leftSign.CompareTo(rightSign);
        if (leftSign == 0) return 0;
        var leftWeight = BinaryPrimitives.ReadInt16BigEndian(left[2..]) - leftFirst;
        var rightWeight = BinaryPrimitives.ReadInt16BigEndian(right[2..]) - rightFirst;
        if (leftWeight != rightWeight) return leftWeight.CompareTo(rightWeight) * leftSign;
        for (var i = 0; leftFirst + i <= leftLast || rightFirst + i <= rightLast; i++)
        {
            var a = leftFirst + i <= leftLast ? Digit(left, leftFirst + i) : 0;
            var b = rightFirst + i <= rightLast ? Digit(right, rightFirst + i) : 0;
            if (a != b) return a.CompareTo(b) * leftSign;
        }

        return 0;
    }

    private static int Sign(ReadOnlySpan<byte> value, out int first, out int last)
    {
        first = 0;
        last = BinaryPrimitives.ReadUInt16BigEndian(value) - 1;
        while (first <= last && Digit(value, first) == 0) first++;
        while (last >= first && Digit(value, last) == 0) last--;
        if (first > last) return 0;
        return BinaryPrimitives.ReadUInt16BigEndian(value[4..]) == Negative ? -1 : 1;
    }

    private static int Digit(ReadOnlySpan<byte> value, int index) => BinaryPrimitives.ReadUInt16BigEndian(value[(HeaderBytes + (2 * index))..]);
}

internal enum NumericForm
{
    Good,
    Malformed,
    OutOfRange,
}

/// <summary>How reading a number's text went.</summary>
internal enum NumberText
{
    Good,
    NotANumber,
    OutOfRange,
}
