using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Problems;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Exchange.Gateway.Publishing;

/// <summary>A body that was received whole.</summary>
/// <param name="Sha256">Of the unpacked bytes.</param>
internal sealed record ReceivedBody(BodySpool Spool, byte[] Sha256);

/// <summary>Receives the body of a publication whole before anything of it is looked at, unpacks it and keeps its limits.</summary>
internal static class ReceiveBody
{
    /// <summary>Fails where the body is too large, packed in a way that is not known, damaged, too slow or cut short.</summary>
    public static async Task<Result<ReceivedBody>> RunAsync(HttpContext http, BodySpool spool, long limit)
    {
        var packed = Packed(http.Request);
        if (packed.IsError) return packed.Error;
        if (http.Request.ContentLength > limit) return ErrorCodes.BodyTooLarge.With();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;
        try
        {
            if (!packed.Value) return await CopyAsync(http.Request.Body, spool, limit, http.RequestAborted);
            var tail = new TailStream(http.Request.Body);
            await using var unpacking = new GZipStream(tail, CompressionMode.Decompress);
            var received = await CopyAsync(unpacking, spool, limit, http.RequestAborted);
            if (received.IsError || await tail.EndsWithAsync((uint)spool.Length, http.RequestAborted)) return received;
            return ErrorCodes.BodyCompressionBroken.With();
        }
        catch (InvalidDataException)
        {
            return ErrorCodes.BodyCompressionBroken.With();
        }
        catch (BadHttpRequestException bad)
        {
            return BadRequests.ToError(bad);
        }
        catch (ConnectionResetException)
        {
            return ErrorCodes.BodyIncomplete.With();
        }
    }

    private static async Task<Result<ReceivedBody>> CopyAsync(Stream body, BodySpool spool, long limit, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BodySpool.BlockBytes);
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
            {
                if (spool.Length + read > limit) return ErrorCodes.BodyTooLarge.With();
                hash.AppendData(buffer, 0, read);
                spool.Write(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            // Records of a department: not for whoever rents the buffer next.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        return new ReceivedBody(spool, hash.GetHashAndReset());
    }

    private static Result<bool> Packed(HttpRequest request)
    {
        var encodings = request.Headers[HeaderNames.ContentEncoding];
        return encodings.Count switch
        {
            0 => false,
            1 when string.Equals(encodings[0], "identity", StringComparison.OrdinalIgnoreCase) => false,
            1 when string.Equals(encodings[0], "gzip", StringComparison.OrdinalIgnoreCase) => true,
            _ => ErrorCodes.BodyEncodingUnsupported.With(),
        };
    }
}
