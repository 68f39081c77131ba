using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Standalone.Departments;

/// <summary>
/// Count and checksum of a set of rows, whatever their order: the sum of the first 56 bits of SHA-256 over each row's fields.
/// Each side computes it by itself with its own SQL; this is the same sum for rows that are in memory.
/// </summary>
internal readonly record struct Fingerprint(long Rows, BigInteger Sum)
{
    public static Fingerprint Of(IEnumerable<string> canonicalRows)
    {
        var rows = 0L;
        UInt128 sum = 0;
        Span<byte> hash = stackalloc byte[32];
        foreach (var row in canonicalRows)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(row), hash);
            sum += BinaryPrimitives.ReadUInt64BigEndian(hash) >> 8;
            rows++;
        }

        return new Fingerprint(rows, (BigInteger)sum);
    }

    public override string ToString() => $"{Rows:N0} / {Sum:x}";
}
