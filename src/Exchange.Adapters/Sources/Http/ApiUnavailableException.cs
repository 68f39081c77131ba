using System.Net;

namespace Exchange.Adapters.Sources.Http;

/// <summary>The API cannot be read for now: lost infrastructure. The message holds no address, secret or record.</summary>
internal sealed class ApiUnavailableException : IOException
{
    public ApiUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    public ApiUnavailableException(HttpStatusCode status, TimeSpan? retryAfter)
        : base($"the API answers {(int)status}") => (Status, RetryAfter) = (status, retryAfter);

    public HttpStatusCode? Status { get; }

    /// <summary>When the API wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether it is worth asking again at once; a refusal is not.</summary>
    public bool IsPassing => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
}
