using System.Globalization;
using System.Numerics;

namespace Exchange.Records.Proof;

/// <summary>
/// What a range of keys holds: how many rows, and the sum (modulo 2^128) of their digests, which does not depend on their order. Shows every difference that
/// happens by itself; it is no defence against someone who makes up rows to fit a sum.
/// </summary>
public readonly record struct RangeDigest(long Rows, UInt128 Sum)
{
    public RangeDigest With(UInt128 row) => new(Rows + 1, unchecked(Sum + row));

    public RangeDigest Plus(RangeDigest other) => new(Rows + other.Rows, unchecked(Sum + other.Sum));

    /// <summary>The sum as 32 lower-case hexadecimal digits.</summary>
    public string Digest => Sum.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Digest"/> writes; null for any other text.</summary>
    public static RangeDigest? Parse(long rows, string digest) =>
        rows >= 0 && digest.Length == 32 && UInt128.TryParse(digest, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sum) ? new RangeDigest(rows, sum) : null;
}

/// <summary>
/// Ranges of keys, by the hash of the key: equally full whatever the keys are, the same on every side, and known without sorting. Their number is a power of two;
/// two neighbours of a finer division are one range of the coarser one.
/// </summary>
public static class KeyRanges
{
    public const int Usual = 1_024;
    public const int Most = 65_536;

    public static bool IsNumber(int ranges) => ranges is >= 1 and <= Most && BitOperations.IsPow2(ranges);

    /// <summary>The range that a key belongs to, from 0.</summary>
    public static int Of(ReadOnlySpan<byte> key, int ranges) => ranges == 1 ? 0 : (int)(RowDigester.First128Bits(key) >> (128 - BitOperations.Log2((uint)ranges)));
}
