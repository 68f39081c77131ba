using Exchange.Contracts.Errors;
using Microsoft.Net.Http.Headers;

namespace Exchange.Gateway.Authentication;

/// <summary>Finds out who calls, from the access token and what the catalogue says of its client now.</summary>
internal static class Authenticate
{
    private const string Scheme = "Bearer ";

    public static async ValueTask<Result<Caller>> CallerAsync(HttpContext http, Gate gate)
    {
        var header = http.Request.Headers[HeaderNames.Authorization];
        if (header.Count == 0 || header[0] is not { Length: > 0 } value) return ErrorCodes.TokenMissing.With();
        if (header.Count > 1 || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return ErrorCodes.TokenInvalid.With();
        var clientId = await gate.Tokens.CheckAsync(value[Scheme.Length..].Trim());
        if (clientId.IsError) return clientId.Error;
        var current = await gate.Lease.CurrentAsync(http.RequestAborted);
        if (current.IsError) return current.Error;
        return current.Value.Clients.TryGetValue(clientId.Value, out var client) && !client.Disabled ? client : ErrorCodes.TokenInvalid.With();
    }

    /// <summary>The caller, if it has one of the roles.</summary>
    public static async ValueTask<Result<Caller>> CallerAsync(HttpContext http, Gate gate, params string[] roles)
    {
        var caller = await CallerAsync(http, gate);
        if (caller.IsError || roles.Any(caller.Value.Has)) return caller;
        return ErrorCodes.RoleMissing.With(("role", string.Join('|', roles)));
    }
}
