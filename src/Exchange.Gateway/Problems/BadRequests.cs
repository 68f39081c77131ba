using Exchange.Contracts.Errors;

namespace Exchange.Gateway.Problems;

/// <summary>What the server says of a request that it cannot take, as an error.</summary>
internal static class BadRequests
{
    public static Error ToError(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => ErrorCodes.BodyTooLarge.With(),
        StatusCodes.Status408RequestTimeout => ErrorCodes.BodyTooSlow.With(),
        // The server's own word for a body that ends before its announced length.
        StatusCodes.Status400BadRequest when bad.Message.Contains("end of request content", StringComparison.Ordinal) => ErrorCodes.BodyIncomplete.With(),
        _ => ErrorCodes.BodyInvalid.With(),
    };
}
