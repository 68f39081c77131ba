using Exchange.Contracts.Errors;

namespace Exchange.Gateway.Verification;

internal static class RequestBody
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>A small JSON body as it was sent.</summary>
    public static async ValueTask<Result<byte[]>> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType()) return ErrorCodes.BodyTypeUnsupported.With();
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            if (body.Length + read > MaxBytes) return ErrorCodes.BodyTooLarge.With();
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
