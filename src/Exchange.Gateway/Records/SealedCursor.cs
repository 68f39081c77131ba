using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Authorization;

namespace Exchange.Gateway.Records;

/// <summary>
/// Cursors as callers hold them: sealed with AES-256-GCM, so that they tell nothing and cannot be made up, and bound to consumer, resource, grant version and
/// use. A cursor of the caller's own grant at another version, or of an earlier grant for the same resource, has expired; any other is not valid.
/// </summary>
internal sealed class SealedCursor(KeyFolder keys)
{
    public const byte ForPage = 1;
    public const byte ForChanges = 2;
    private const byte Layout = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = 2 + 16 + 16 + 16 + 8;
    private const int MaxLength = 16_384;

    public string Seal(byte use, GrantPlan plan, ReadOnlySpan<byte> content)
    {
        var plain = new byte[HeadBytes + content.Length];
        plain[0] = Layout;
        plain[1] = use;
        plan.ConsumerId.TryWriteBytes(plain.AsSpan(2), bigEndian: true, out _);
        plan.ResourceId.TryWriteBytes(plain.AsSpan(18), bigEndian: true, out _);
        plan.GrantId.TryWriteBytes(plain.AsSpan(34), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(50), plan.GrantVersion);
        content.CopyTo(plain.AsSpan(HeadBytes));

        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(keys.Cursor, TagBytes);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <returns>The content, or <see cref="ErrorCodes.CursorInvalid"/> / <see cref="ErrorCodes.CursorExpired"/>.</returns>
    public Result<byte[]> Open(byte use, GrantPlan plan, string cursor)
    {
        if (cursor.Length is 0 or > MaxLength || !Base64Url.IsValid(cursor)) return ErrorCodes.CursorInvalid.With();
        var bytes = Base64Url.DecodeFromChars(cursor);
        if (bytes.Length < NonceBytes + HeadBytes + TagBytes) return ErrorCodes.CursorInvalid.With();
        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(keys.Cursor, TagBytes);
        try
        {
            aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return ErrorCodes.CursorInvalid.With();
        }

        if (plain[0] != Layout || plain[1] != use
            || new Guid(plain.AsSpan(2, 16), bigEndian: true) != plan.ConsumerId
            || new Guid(plain.AsSpan(18, 16), bigEndian: true) != plan.ResourceId) return ErrorCodes.CursorInvalid.With();
        if (new Guid(plain.AsSpan(34, 16), bigEndian: true) != plan.GrantId
            || BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(50)) != plan.GrantVersion) return ErrorCodes.CursorExpired.With();
        return plain[HeadBytes..];
    }

    /// <summary>Texts, one of which may be null, as bytes.</summary>
    public static byte[] Pack(IReadOnlyList<string?> texts)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write((byte)texts.Count);
        foreach (var text in texts)
        {
            writer.Write(text is not null);
            if (text is not null) writer.Write(text);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public static string?[] Unpack(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var texts = new string?[reader.ReadByte()];
        for (var i = 0; i < texts.Length; i++) texts[i] = reader.ReadBoolean() ? reader.ReadString() : null;
        return texts;
    }
}
