using System.Collections.Concurrent;
using Exchange.Contracts.Errors;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Gateway.Authentication;

/// <summary>
/// Issues and checks access tokens: ES256, five minutes, naming only the client. What the client may do is looked up anew with each call.
/// A token that was found valid is remembered until it expires, since checking a signature costs more than a look-up.
/// </summary>
internal sealed class TokenIssuer(KeyFolder keys, IOptions<GatewayOptions> options, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private const int MaxRemembered = 10_000;
    private const int MaxTokenLength = 4_096;

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly TokenValidationParameters _rules = new()
    {
        ValidIssuer = options.Value.Issuer,
        ValidAudience = options.Value.Issuer,
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ValidTypes = ["at+jwt"],
        IssuerSigningKey = keys.Signing,
        TryAllIssuerSigningKeys = false,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = TimeSpan.Zero,
        LifetimeValidator = (notBefore, expires, _, _) => expires is { } end && end > time.GetUtcNow().UtcDateTime && (notBefore is not { } start || start <= time.GetUtcNow().UtcDateTime),
    };

    public string Issue(string clientId)
    {
        var now = time.GetUtcNow();
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Value.Issuer,
            Audience = options.Value.Issuer,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            TokenType = "at+jwt",
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = clientId,
                ["client_id"] = clientId,
                ["jti"] = Guid.CreateVersion7(now).ToString("N"),
            },
            SigningCredentials = new SigningCredentials(keys.Signing, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <returns>The client that the token names, or <see cref="ErrorCodes.TokenInvalid"/>.</returns>
    public async ValueTask<Result<string>> CheckAsync(string token)
    {
        if (_remembered.TryGetValue(token, out var known))
        {
            if (known.Expires > time.GetUtcNow()) return known.ClientId;
            _remembered.TryRemove(token, out _);
            return ErrorCodes.TokenInvalid.With();
        }

        if (token.Length > MaxTokenLength) return ErrorCodes.TokenInvalid.With();
        var result = await _handler.ValidateTokenAsync(token, _rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken valid || !valid.TryGetPayloadValue<string>("client_id", out var clientId))
            return ErrorCodes.TokenInvalid.With();
        if (_remembered.Count >= MaxRemembered) Forget();
        _remembered[token] = new Remembered(clientId, new DateTimeOffset(valid.ValidTo, TimeSpan.Zero));
        return clientId;
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (token, known) in _remembered)
            if (known.Expires <= now) _remembered.TryRemove(token, out _);
        if (_remembered.Count >= MaxRemembered) _remembered.Clear();
    }

    private readonly record struct Remembered(string ClientId, DateTimeOffset Expires);
}
