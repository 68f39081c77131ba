using System.Text;
using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Http;

/// <summary>Feeds the body of an answer through a scan, within limits.</summary>
internal static class PageBody
{
    public const int MaxRowBytes = 16 * 1024 * 1024;
    private const int FirstBytes = 64 * 1024;

    /// <summary>Reads the body to its end.</summary>
    /// <param name="flush">Called whenever rows were written.</param>
    /// <returns>Fails with <see cref="ErrorCodes.HttpLimitReached"/>.</returns>
    /// <exception cref="ApiUnavailableException">The body is no JSON, or was cut off.</exception>
    public static async Task<Result<Done>> ReadAsync(Stream body, PageScan scan, long maxBytes, Func<CancellationToken, ValueTask> flush, CancellationToken cancellation)
    {
        var buffer = new byte[FirstBytes];
        var (filled, total, last) = (0, 0L, false);
        while (!last)
        {
            if (filled == buffer.Length)
            {
                if (buffer.Length >= MaxRowBytes) return ErrorCodes.HttpLimitReached.With(("setting", "row bytes"), ("setting:zh", "单行字节数"), ("limit", MaxRowBytes));
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var before = filled;
            (filled, last) = await FillAsync(body, buffer, filled, cancellation);
            if (total == 0 && filled > 0) filled = Begin(buffer, filled);
            total += filled - before;
            if (total > maxBytes) return ErrorCodes.HttpLimitReached.With(("setting", "limits.pageBytes"), ("limit", maxBytes));
            var taken = Take(scan, buffer.AsSpan(0, filled), last);
            buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
            filled -= taken;
            await flush(cancellation);
        }

        return Done.Value;
    }

    private static async ValueTask<(int Filled, bool Ended)> FillAsync(Stream body, byte[] buffer, int filled, CancellationToken cancellation)
    {
        while (filled < buffer.Length)
        {
            var read = await ReadAsync(body, buffer.AsMemory(filled), cancellation);
            if (read == 0) return (filled, true);
            filled += read;
        }

        return (filled, false);
    }

    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> space, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(space, cancellation);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or DecoderFallbackException)
        {
            throw new ApiUnavailableException($"the answer broke off: {e.Message}", e);
        }
    }

    /// <summary>Takes a byte order mark off, and refuses at once what cannot be JSON with rows, such as a login page.</summary>
    private static int Begin(byte[] buffer, int filled)
    {
        var text = buffer.AsSpan(0, filled);
        if (text.StartsWith("\uFEFF"u8))
        {
            text[3..].CopyTo(text);
            text = text[..^3];
        }

        var first = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (first >= 0 && text[first] is not ((byte)'{' or (byte)'[')) throw new ApiUnavailableException("the answer is not JSON");
        return text.Length;
    }

    private static int Take(PageScan scan, ReadOnlySpan<byte> bytes, bool last)
    {
        try
        {
            return scan.Take(bytes, last);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The exception's text may repeat what stands in the answer.
            throw new ApiUnavailableException("the answer is cut off or not JSON");
        }
    }
}
