using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Credentials;

namespace Exchange.Gateway.Authentication;

/// <summary>
/// Compares client secrets with their PBKDF2 hashes. A match is remembered as a keyed hash, so that a client's next token request is cheap;
/// an unknown client costs as much as a wrong secret, so that neither text nor time tells who exists.
/// </summary>
internal sealed class SecretCheck : IDisposable
{
    // Deriving a hash takes a core for a tenth of a second: guesses must not take them all.
    private const int DerivationsAtOnce = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int MaxRemembered = 10_000;
    private const int MaxSecretLength = 512;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, byte[]> _remembered = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _derivations = new(DerivationsAtOnce);

    /// <returns>Whether the secret is the client's, or <see cref="ErrorCodes.AttemptsTooMany"/> where too many are being checked.</returns>
    public async ValueTask<Result<bool>> MatchesAsync(Caller? client, string secret, CancellationToken cancellation)
    {
        if (secret.Length is 0 or > MaxSecretLength) return false;
        if (client is { Disabled: true }) client = null;
        if (client is not null && IsRemembered(client, secret)) return true;
        if (!await _derivations.WaitAsync(Patience, cancellation)) return ErrorCodes.AttemptsTooMany.With(("seconds", (int)Patience.TotalSeconds));
        try
        {
            if (!ClientSecret.Verify(secret, client?.SecretHash)) return false;
        }
        finally
        {
            _derivations.Release();
        }

        if (_remembered.Count >= MaxRemembered) _remembered.Clear();
        _remembered[client!.ClientId] = Fingerprint(client, secret);
        return true;
    }

    public void Dispose() => _derivations.Dispose();

    private bool IsRemembered(Caller client, string secret) =>
        _remembered.TryGetValue(client.ClientId, out var known) && CryptographicOperations.FixedTimeEquals(known, Fingerprint(client, secret));

    // Over the stored hash too: a replaced secret is forgotten.
    private byte[] Fingerprint(Caller client, string secret) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{client.SecretHash}\n{secret}"));
}
