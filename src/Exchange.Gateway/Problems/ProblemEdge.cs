using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;

namespace Exchange.Gateway.Problems;

/// <summary>The outermost step: sets the headers that every answer carries, and turns what went wrong below into a problem.</summary>
internal static partial class ProblemEdge
{
    public static async Task InvokeAsync(HttpContext http, RequestDelegate next, ILogger logger)
    {
        SecurityHeaders(http.Response.Headers);
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response.ContentLength is null && http.Response.ContentType is null && Missing(http) is { } missing)
                await Problem.WriteAsync(http, missing);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up: there is nobody to answer.
            http.Abort();
        }
        catch (BadHttpRequestException bad)
        {
            await AnswerAsync(http, BadRequests.ToError(bad));
        }
        catch (Exception fault)
        {
            var unavailable = DatabaseFaults.IsUnavailable(fault);
            LogFault(logger, http.Request.Method, unavailable, Problem.TraceId(http), fault);
            await AnswerAsync(http, unavailable ? ErrorCodes.DatabaseUnavailable.With() : ErrorCodes.Unexpected.With(("trace", Problem.TraceId(http))));
        }
    }

    private static async Task AnswerAsync(HttpContext http, Error error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        SecurityHeaders(http.Response.Headers);
        await Problem.WriteAsync(http, error);
    }

    private static Error? Missing(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ErrorCodes.RouteUnknown.With(),
        StatusCodes.Status405MethodNotAllowed => ErrorCodes.MethodNotAllowed.With(("method", http.Request.Method)),
        StatusCodes.Status413PayloadTooLarge => ErrorCodes.BodyTooLarge.With(),
        StatusCodes.Status415UnsupportedMediaType => ErrorCodes.BodyTypeUnsupported.With(),
        StatusCodes.Status400BadRequest => ErrorCodes.BodyInvalid.With(),
        _ => null,
    };

    private static void SecurityHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    [LoggerMessage(1, LogLevel.Error, "A {Method} request failed (database unavailable: {Unavailable}), trace {Trace}.")]
    private static partial void LogFault(ILogger logger, string method, bool unavailable, string trace, Exception fault);
}
