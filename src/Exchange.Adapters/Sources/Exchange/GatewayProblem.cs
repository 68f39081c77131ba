using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Exchange;

/// <summary>Reads the gateway's problems (RFC 9457) back into the error catalogue.</summary>
internal static class GatewayProblem
{
    private const int MaxBytes = 64 * 1024;

    public static async Task<Error> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellation);
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            if (json.RootElement is { ValueKind: JsonValueKind.Object } problem && Text(problem, "type") is { } type)
                return Named(type[(type.LastIndexOf('/') + 1)..], Text(problem, "detail") ?? Text(problem, "title"));
        }
        catch (Exception e) when (e is JsonException or HttpRequestException)
        {
            return ErrorCodes.SourceUnavailable.With(("reason", $"the gateway answers {status}"));
        }

        return ErrorCodes.SourceUnavailable.With(("reason", $"the gateway answers {status}"));
    }

    public static Error FromName(string name) => Named(name.Trim(), null);

    private static Error Named(string name, string? text)
    {
        if (!ErrorCodes.ByName.TryGetValue(name, out var code)) return ErrorCodes.SourceUnavailable.With(("reason", text ?? name));
        return code.With(("reason", text is null ? name : ReasonIn(text, code.En)));
    }

    /// <summary>What stands in a text where its template has <c>{reason}</c>.</summary>
    private static string ReasonIn(string text, string template)
    {
        var at = template.IndexOf("{reason}", StringComparison.Ordinal);
        if (at < 0) return text;
        var (before, after) = (template[..at], template[(at + "{reason}".Length)..]);
        return text.Length > before.Length + after.Length && text.StartsWith(before, StringComparison.Ordinal) && text.EndsWith(after, StringComparison.Ordinal)
            ? text[before.Length..^after.Length]
            : text;
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
