using System.Security.Cryptography;

namespace Exchange.Gateway.Authorization;

/// <summary>
/// Keys of pseudonyms: one per resource and recipient, so that two recipients cannot join what they got. HMAC-SHA-256 is two hashes over the key's two pads,
/// which PostgreSQL can do without an extension.
/// </summary>
internal static class Pseudonyms
{
    private const int BlockBytes = 64;

    /// <returns>The inner and the outer pad in PostgreSQL's text form of <c>bytea</c>.</returns>
    public static (string Inner, string Outer) Pads(byte[] master, Guid resource, Guid recipient)
    {
        Span<byte> info = stackalloc byte[32];
        resource.TryWriteBytes(info, bigEndian: true, out _);
        recipient.TryWriteBytes(info[16..], bigEndian: true, out _);
        Span<byte> key = stackalloc byte[BlockBytes];
        key.Clear();
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, key[..32], "exchange pseudonym"u8, info);
        return (Pad(key, 0x36), Pad(key, 0x5c));
    }

    private static string Pad(ReadOnlySpan<byte> key, byte with)
    {
        Span<byte> pad = stackalloc byte[BlockBytes];
        for (var i = 0; i < BlockBytes; i++) pad[i] = (byte)(key[i] ^ with);
        return $"\\x{Convert.ToHexStringLower(pad)}";
    }
}
