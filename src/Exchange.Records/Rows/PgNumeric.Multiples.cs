using System.Buffers.Binary;
using System.Numerics;

namespace Exchange.Records.Rows;

internal static partial class PgNumeric
{
    /// <summary>The number of decimal places k where the value is 10 to the power of -k (negative for 10, 100, …), or null.</summary>
    public static int? PlacesOfPowerOfTen(decimal value)
    {
        var places = 0;
        for (; value < 1; value *= 10) places++;
        for (; value >= 10 && value % 10 == 0; value /= 10) places--;
        return value == 1 ? places : null;
    }

    /// <summary>Whether a digit other than zero stands beyond <paramref name="places"/> decimal places.</summary>
    public static bool HasDigitsBeyond(ReadOnlySpan<byte> value, int places) =>
        HidesDigits(value, BinaryPrimitives.ReadUInt16BigEndian(value), BinaryPrimitives.ReadInt16BigEndian(value[2..]), places);

    /// <summary>Exact for any precision.</summary>
    public static bool IsMultipleOf(ReadOnlySpan<byte> value, decimal divisor)
    {
        Span<byte> bytes = stackalloc byte[MaxDecimalBytes];
        var (coefficient, exponent) = Coefficient(value);
        var (other, otherExponent) = Coefficient(bytes[..Write(divisor, bytes)]);
        var common = Math.Min(exponent, otherExponent);
        return (coefficient * BigInteger.Pow(10_000, exponent - common) % (other * BigInteger.Pow(10_000, otherExponent - common))).IsZero;
    }

    // value = coefficient * 10,000 ^ exponent, without sign.
    private static (BigInteger Coefficient, int Exponent) Coefficient(ReadOnlySpan<byte> value)
    {
        int digits = BinaryPrimitives.ReadUInt16BigEndian(value);
        int weight = BinaryPrimitives.ReadInt16BigEndian(value[2..]);
        var coefficient = BigInteger.Zero;
        for (var i = 0; i < digits; i++) coefficient = (coefficient * 10_000) + Digit(value, i);
        return (coefficient, weight - digits + 1);
    }
}
