using System.Buffers.Binary;
using System.Buffers.Text;

namespace Exchange.Records.Rows;

internal static partial class PgNumeric
{
    /// <summary>
    /// Reads decimal text: optional sign, digits, optional point and digits, optional exponent. Keeps the scale that was written: <c>1.50</c> has scale 2.
    /// </summary>
    /// <param name="text">The whole text; nothing may follow.</param>
    /// <param name="output">At least <see cref="MaxBytes"/>, or <see cref="MaxDecimalBytes"/> for the text of a decimal.</param>
    /// <param name="written">Bytes written.</param>
    public static NumberText Parse(ReadOnlySpan<byte> text, Span<byte> output, out int written)
    {
        written = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        if (!Split(text, out var integer, out var fraction, out var exponent)) return NumberText.NotANumber;

        integer = integer.TrimStart((byte)'0');
        var scale = fraction.Length - exponent;
        if (scale > MaxScale || integer.Length > 2 * MaxTextLength || fraction.Length > 2 * MaxTextLength) return NumberText.OutOfRange;
        Span<byte> digits = stackalloc byte[integer.Length + fraction.Length];
        integer.CopyTo(digits);
        fraction.CopyTo(digits[integer.Length..]);
        var point = integer.Length + exponent;
        var leading = digits.Length - digits.TrimStart((byte)'0').Length;
        digits = digits[leading..].TrimEnd((byte)'0');
        point -= leading;
        if (digits.Length > 0 && point > MaxIntegerDigits) return NumberText.OutOfRange;
        written = WriteGroups(digits, point, negative, (int)Math.Max(0, scale), output);
        return NumberText.Good;
    }

    private static bool Split(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> integer, out ReadOnlySpan<byte> fraction, out long exponent)
    {
        fraction = default;
        exponent = 0;
        var digits = CountDigits(text);
        integer = text[..digits];
        text = text[digits..];
        if (text.Length > 0 && text[0] == '.')
        {
            var places = CountDigits(text[1..]);
            fraction = text.Slice(1, places);
            if (places == 0) return false;
            text = text[(1 + places)..];
        }

        if (integer.Length + fraction.Length == 0) return false;
        if (text.Length == 0) return true;
        if (text[0] is not ((byte)'e' or (byte)'E')) return false;
        text = text[1..];
        var minus = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        if (text.Length == 0 || CountDigits(text) != text.Length) return false;
        text = text.TrimStart((byte)'0');
        // Ten digits are far beyond the range either way; a longer exponent means the same.
        if (text.Length > 10) text = text[..10];
        if (text.Length > 0 && Utf8Parser.TryParse(text, out long value, out _)) exponent = minus ? -value : value;
        return true;
    }

    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        var count = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return count < 0 ? text.Length : count;
    }

    // digits hold no zeros at either end; point is the number of digits before the decimal point and may be negative.
    private static int WriteGroups(ReadOnlySpan<byte> digits, long point, bool negative, int scale, Span<byte> output)
    {
        var groups = 0;
        var weight = 0;
        if (digits.Length > 0)
        {
            weight = (int)Math.Floor((point - 1) / 4.0);
            var phase = (int)(point - 1 - (4L * weight));
            var digit = 0;
            var place = phase;
            for (var i = 0; i < digits.Length; i++)
            {
                digit = (digit * 10) + (digits[i] - '0');
                if (--place >= 0) continue;
                BinaryPrimitives.WriteUInt16BigEndian(output[(HeaderBytes + (2 * groups++))..], (ushort)digit);
                digit = 0;
                place = 3;
            }

            if (place < 3)
            {
                for (; place >= 0; place--) digit *= 10;
                BinaryPrimitives.WriteUInt16BigEndian(output[(HeaderBytes + (2 * groups++))..], (ushort)digit);
            }
        }

        BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)groups);
        BinaryPrimitives.WriteInt16BigEndian(output[2..], (short)weight);
        BinaryPrimitives.WriteUInt16BigEndian(output[4..], negative && groups > 0 ? Negative : Positive);
        BinaryPrimitives.WriteUInt16BigEndian(output[6..], (ushort)scale);
        return HeaderBytes + (2 * groups);
    }

    /// <summary>Writes the text PostgreSQL would write, with as many decimals as the display scale; returns its length. Needs <see cref="MaxTextLength"/> + 4 bytes.</summary>
    public static int WriteText(ReadOnlySpan<byte> value, Span<byte> output)
    {
        int digits = BinaryPrimitives.ReadUInt16BigEndian(value);
        int weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        int scale = BinaryPrimitives.ReadUInt16BigEndian(value[6..]);
        var at = 0;
        if (Sign(value, out _, out _) < 0) output[at++] = (byte)'-';
        var start = at;
        for (var group = weight; group >= 0; group--)
        {
            var digit = weight - group < digits ? Digit(value, weight - group) : 0;
            at += WriteGroup(digit, output[at..]);
        }

        var skip = output[start..at].IndexOfAnyExcept((byte)'0');
        if (skip > 0)
        {
            output[(start + skip)..at].CopyTo(output[start..]);
            at -= skip;
        }
        else if (skip < 0)
        {
            at = start;
            output[at++] = (byte)'0';
        }

        if (scale == 0) return at;
        output[at++] = (byte)'.';
        var fraction = at;
        for (var group = -1; at - fraction < scale; group--)
        {
            var index = weight - group;
            at += WriteGroup(index >= 0 && index < digits ? Digit(value, index) : 0, output[at..]);
        }

        return fraction + scale;
    }

    private static int WriteGroup(int digit, Span<byte> output)
    {
        output[3] = (byte)('0' + (digit % 10));
        output[2] = (byte)('0' + (digit / 10 % 10));
        output[1] = (byte)('0' + (digit / 100 % 10));
        output[0] = (byte)('0' + (digit / 1000));
        return 4;
    }

    /// <summary>The value as a decimal, where it fits one exactly.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out decimal number)
    {
        Span<byte> text = stackalloc byte[MaxTextLength + 8];
        var length = WriteText(value, text);
        var digits = text[..length];
        if (digits.Contains((byte)'.') && digits.Length > 29) digits = digits.TrimEnd((byte)'0');
        number = 0;
        var places = digits.IndexOf((byte)'.') is >= 0 and var dot ? digits.Length - dot - 1 : 0;
        return places <= 28
            && digits.TrimStart("-0."u8).Length <= 30
            && decimal.TryParse(digits, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number)
            && SameValue(value, number);
    }

    private static bool SameValue(ReadOnlySpan<byte> value, decimal number)
    {
        Span<byte> again = stackalloc byte[MaxDecimalBytes];
        return Compare(value, again[..Write(number, again)]) == 0;
    }
}
