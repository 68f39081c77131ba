using System.Text;

namespace Exchange.Adapters.Sources.Files;

/// <summary>Decodes chunks of bytes and knows where the first byte is that means nothing.</summary>
internal sealed class StrictDecoder(Encoding strict)
{
    private readonly Decoder _decoder = strict.GetDecoder();
    private long _bytes;

    /// <summary>Byte offset where decoding failed, or null.</summary>
    public long? InvalidAt { get; private set; }

    /// <summary>Decodes a chunk; false once a byte was invalid.</summary>
    /// <param name="chars">Big enough for all of <paramref name="bytes"/>.</param>
    public bool TryDecode(ReadOnlySpan<byte> bytes, Span<char> chars, bool last, out int written)
    {
        written = 0;
        if (InvalidAt is not null) return false;
        try
        {
            written = _decoder.GetChars(bytes, chars, last);
            _bytes += bytes.Length;
            return true;
        }
        catch (DecoderFallbackException e)
        {
            // The index may lie before this chunk, where a sequence began in the last one.
            InvalidAt = Math.Max(0, _bytes + e.Index);
            return false;
        }
    }
}
