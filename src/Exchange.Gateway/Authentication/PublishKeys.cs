using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Authentication;

/// <summary><c>GET /.well-known/jwks.json</c>: the public key that access tokens are signed with (RFC 7517).</summary>
internal static class PublishKeys
{
    public static IResult Handle(KeyFolder keys) => Results.Json(new
    {
        keys = new[] { new { kty = keys.Public.Kty, crv = keys.Public.Crv, x = keys.Public.X, y = keys.Public.Y, use = "sig", alg = keys.Public.Alg, kid = keys.Public.KeyId } },
    });
}

/// <summary><c>GET /.well-known/oauth-authorization-server</c>: what the issuer can do (RFC 8414).</summary>
internal static class PublishIssuer
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IResult Handle(IOptions<GatewayOptions> options)
    {
        var issuer = options.Value.Issuer.TrimEnd('/');
        return Results.Json(
            new
            {
                Issuer = options.Value.Issuer,
                TokenEndpoint = $"{issuer}/oauth/token",
                JwksUri = $"{issuer}/.well-known/jwks.json",
                GrantTypesSupported = new[] { "client_credentials" },
                ResponseTypesSupported = Array.Empty<string>(),
                TokenEndpointAuthMethodsSupported = new[] { "client_secret_basic", "client_secret_post" },
            },
            Json);
    }
}
