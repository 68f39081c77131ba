using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Gateway.Problems;

/// <summary>Errors as RFC 9457 problem details, in the language that the caller accepts.</summary>
internal static class Problem
{
    public const string MediaType = "application/problem+json";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with the error. The response must not have begun.</summary>
    /// <param name="extend">Writes further members, or null.</param>
    public static async Task WriteAsync(HttpContext http, Error error, Action<Utf8JsonWriter>? extend = null)
    {
        var status = ProblemStatus.Of(error.Code);
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, Options)) Write(json, http, error, extend);
        http.Response.StatusCode = status;
        http.Response.ContentType = MediaType;
        http.Response.ContentLength = body.WrittenCount;
        http.Response.Headers.ContentLanguage = Languages.Of(http) == Language.Zh ? "zh-CN" : "en";
        http.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = Challenge(error);
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests) http.Response.Headers.RetryAfter = RetryAfter(error);
        if (error.Code == ErrorCodes.QuotaExceeded) RateLimit(http.Response.Headers, error);
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.BodyWriter.WriteAsync(body.WrittenMemory, CancellationToken.None);
    }

    /// <summary>Writes the problem as one object.</summary>
    public static void Write(Utf8JsonWriter json, HttpContext http, Error error, Action<Utf8JsonWriter>? extend = null)
    {
        var language = Languages.Of(http);
        json.WriteStartObject();
        json.WriteString("type", $"/errors/{error.Code.Name}");
        json.WriteString("title", error.Text(language));
        json.WriteNumber("status", ProblemStatus.Of(error.Code));
        json.WriteNumber("code", error.Code.Number);
        json.WriteString("name", error.Code.Name);
        json.WriteString("traceId", TraceId(http));
        if (error.Details.Count > 0)
        {
            json.WriteStartArray("errors");
            foreach (var detail in error.Details)
            {
                json.WriteStartObject();
                json.WriteString("pointer", detail.Pointer);
                json.WriteNumber("code", detail.Code.Number);
                json.WriteString("name", detail.Code.Name);
                json.WriteString("detail", detail.Text(language));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        extend?.Invoke(json);
        json.WriteEndObject();
    }

    public static string TraceId(HttpContext http) => Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;

    private static string Challenge(Error error) => error.Code == ErrorCodes.TokenInvalid
        ? "Bearer realm=\"exchange\", error=\"invalid_token\""
        : error.Code == ErrorCodes.ClientUnauthorized ? "Basic realm=\"exchange\", charset=\"UTF-8\"" : "Bearer realm=\"exchange\"";

    // draft-ietf-httpapi-ratelimit-headers: rows of the calendar day, what is left of them, seconds until they are counted anew.
    private static void RateLimit(IHeaderDictionary headers, Error error)
    {
        if (!error.Data.TryGetValue("limit", out var limit)) return;
        headers["RateLimit-Policy"] = $"\"rows-per-day\";q={limit};w=86400";
        headers["RateLimit"] = $"\"rows-per-day\";r={error.Data["remaining"]};t={error.Data["seconds"]}";
    }

    private static string RetryAfter(Error error) => error.Data.GetValueOrDefault("seconds") ?? "1";
}
