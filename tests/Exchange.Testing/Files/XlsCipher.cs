using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Testing.Files;

/// <summary>Encrypts the records of an XLS workbook as Excel 97 to 2003 do (RC4, a key of 40 bits; MS-OFFCRYPTO 2.3.6, MS-XLS 2.2.10).</summary>
internal static class XlsCipher
{
    private const int BlockBytes = 1024;

    /// <summary>Excel draws them; here one file is written the same each time.</summary>
    private static readonly byte[] Salt = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    private static readonly byte[] Verifier = [.. Enumerable.Range(101, 16).Select(i => (byte)i)];

    /// <summary>What tells a reader whether a password is right.</summary>
    public static byte[] FilePass(string password)
    {
        byte[] verifier = [.. Verifier, .. Hash(Verifier)];
        new Rc4(KeyOf(password, 0)).Apply(verifier);
        return [.. Biff.U16(1), .. Biff.U16(1), .. Biff.U16(1), .. Salt, .. verifier];
    }

    /// <summary>Encrypts in place. Heads of records stay readable, and so do the records that a reader needs beforehand.</summary>
    public static void Encrypt(byte[] stream, string password)
    {
        var key = new byte[stream.Length];
        for (var at = 0; at < key.Length; at += BlockBytes) new Rc4(KeyOf(password, at / BlockBytes)).Apply(key.AsSpan(at, Math.Min(BlockBytes, key.Length - at)));
        for (var at = 0; at < stream.Length;)
        {
            var (kind, length) = (BinaryPrimitives.ReadUInt16LittleEndian(stream.AsSpan(at)), BinaryPrimitives.ReadUInt16LittleEndian(stream.AsSpan(at + 2)));
            var readable = kind switch { Biff.BeginOf or Biff.FilePass => length, Biff.BoundSheet => 4, _ => 0 };
            for (var i = at + 4 + readable; i < at + 4 + length; i++) stream[i] ^= key[i];
            at += 4 + length;
        }
    }

    private static byte[] KeyOf(string password, int block)
    {
        var first = Hash(Encoding.Unicode.GetBytes(password))[..5];
        var second = Hash([.. Enumerable.Repeat<byte[]>([.. first, .. Salt], 16).SelectMany(b => b)])[..5];
        return Hash([.. second, .. Biff.U32((uint)block)]);
    }

#pragma warning disable CA5351 // The format's own hash.
    private static byte[] Hash(byte[] bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351

    /// <summary>.NET has no RC4 any more.</summary>
    private sealed class Rc4
    {
        private readonly byte[] _state = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        private byte _i;
        private byte _j;

        public Rc4(byte[] key)
        {
            byte j = 0;
            for (var i = 0; i < 256; i++)
            {
                j += (byte)(_state[i] + key[i % key.Length]);
                (_state[i], _state[j]) = (_state[j], _state[i]);
            }
        }

        public void Apply(Span<byte> bytes)
        {
            foreach (ref var b in bytes)
            {
                _j += _state[++_i];
                (_state[_i], _state[_j]) = (_state[_j], _state[_i]);
                b ^= _state[(byte)(_state[_i] + _state[_j])];
            }
        }
    }
}
