using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Exchange.Records.Validation;

internal static class CodePoints
{
    /// <summary>Number of code points in valid UTF-8: all bytes but continuation bytes (10xxxxxx).</summary>
    public static int Count(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var lastContinuation = Vector128.Create((sbyte)-65);
            while (utf8.Length >= Vector128<sbyte>.Count)
            {
                var bytes = Vector128.Create(MemoryMarshal.Cast<byte, sbyte>(utf8));
                count += BitOperations.PopCount(Vector128.GreaterThan(bytes, lastContinuation).ExtractMostSignificantBits());
                utf8 = utf8[Vector128<sbyte>.Count..];
            }
        }

        foreach (var b in utf8)
        {
            if ((sbyte)b > -65) count++;
        }

        return count;
    }
}
