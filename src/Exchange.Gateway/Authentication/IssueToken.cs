using System.Text;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Problems;

namespace Exchange.Gateway.Authentication;

/// <summary><c>POST /oauth/token</c>: client credentials (RFC 6749, 4.4), by HTTP Basic or in the form.</summary>
internal static class IssueToken
{
    public static async Task HandleAsync(HttpContext http, TokenIssuer tokens, GrantLease lease, SecretCheck secrets, LoginBrake brake)
    {
        var request = await ReadAsync(http);
        if (request.IsError)
        {
            await Problem.WriteAsync(http, request.Error);
            return;
        }

        var (id, secret) = request.Value;
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var wait = brake.Wait(id, address);
        if (wait > TimeSpan.Zero)
        {
            await Problem.WriteAsync(http, ErrorCodes.AttemptsTooMany.With(("seconds", (int)Math.Ceiling(wait.TotalSeconds))));
            return;
        }

        var matches = await MatchesAsync(id, secret, lease, secrets, http.RequestAborted);
        if (matches.IsError)
        {
            await Problem.WriteAsync(http, matches.Error);
            return;
        }

        if (!matches.Value)
        {
            brake.Failed(id, address);
            await Problem.WriteAsync(http, ErrorCodes.ClientUnauthorized.With());
            return;
        }

        brake.Succeeded(id, address);
        await WriteAsync(http, tokens.Issue(id));
    }

    private static async Task<Result<bool>> MatchesAsync(string id, string secret, GrantLease lease, SecretCheck secrets, CancellationToken cancellation)
    {
        var clients = await lease.CurrentAsync(cancellation);
        if (clients.IsError) return clients.Error;
        var known = clients.Value.Clients.GetValueOrDefault(id);
        var matches = await secrets.MatchesAsync(known, secret, cancellation);
        if (matches.IsError || matches.Value) return matches;

        // A client that was registered a moment ago, or got a new secret, is to be let in: what is known here may be older than that.
        clients = await lease.FreshAsync(cancellation);
        if (clients.IsError) return clients.Error;
        var now = clients.Value.Clients.GetValueOrDefault(id);
        return now is null || now.SecretHash == known?.SecretHash ? false : await secrets.MatchesAsync(now, secret, cancellation);
    }

    private static async Task WriteAsync(HttpContext http, string token)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.Pragma = "no-cache";
        using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("access_token", token);
            json.WriteString("token_type", "Bearer");
            json.WriteNumber("expires_in", (int)TokenIssuer.Lifetime.TotalSeconds);
            json.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static async Task<Result<(string Id, string Secret)>> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType) return ErrorCodes.BodyTypeUnsupported.With();
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return ErrorCodes.BodyInvalid.With();
        }

        if (form["grant_type"] != "client_credentials") return ErrorCodes.GrantTypeUnsupported.With();
        var header = http.Request.Headers.Authorization;
        if (header.Count == 0) return Single(form, "client_id") is { } id && Single(form, "client_secret") is { } secret ? (id, secret) : ErrorCodes.ClientUnauthorized.With();
        return header.Count == 1 && !form.ContainsKey("client_secret") ? Basic(header[0]!) : ErrorCodes.ClientUnauthorized.With();
    }

    private static string? Single(IFormCollection form, string name) => form.TryGetValue(name, out var values) && values.Count == 1 ? values[0] : null;

    // RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    private static Result<(string Id, string Secret)> Basic(string header)
    {
        const string Scheme = "Basic ";
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return ErrorCodes.ClientUnauthorized.With();
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), bytes, out var length)) return ErrorCodes.ClientUnauthorized.With();
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return ErrorCodes.ClientUnauthorized.With();
        return (System.Net.WebUtility.UrlDecode(pair[..colon]), System.Net.WebUtility.UrlDecode(pair[(colon + 1)..]));
    }
}
