using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hosting.Credentials;

/// <summary>Secrets of machine clients. Only the hash is stored and sent over the bus.</summary>
public static class ClientSecret
{
    public const int MinimumLength = 16;
    public const int MaximumLength = 256;

    private const string Scheme = "pbkdf2-sha512";
    private const int Iterations = 210_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>A new random secret: 256 bits, 43 characters of the URL-safe base64 alphabet.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash to keep, <c>pbkdf2-sha512$iterations$salt$hash</c>. Takes tens of milliseconds of one core.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The secret is shorter than 16 or longer than 256 characters.</exception>
    public static string Hash(string secret)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, MinimumLength, nameof(secret));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, MaximumLength, nameof(secret));
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Derive(secret, salt, Iterations, HashBytes);
        return $"{Scheme}${Iterations.ToString(CultureInfo.InvariantCulture)}${Base64Url.EncodeToString(salt)}${Base64Url.EncodeToString(hash)}";
    }

    /// <summary>
    /// Whether the secret belongs to the hash, in constant time. Null stands for an unknown client and takes the same time as a wrong secret,
    /// so that client ids cannot be guessed by timing.
    /// </summary>
    public static bool Verify(string secret, string? storedHash)
    {
        if (secret.Length > MaximumLength) return false;
        var (iterations, salt, expected) = Split(storedHash) ?? (Iterations, new byte[SaltBytes], new byte[HashBytes]);
        var actual = Derive(secret, salt, iterations, expected.Length);
        return CryptographicOperations.FixedTimeEquals(actual, expected) && storedHash is not null;
    }

    private static byte[] Derive(string secret, byte[] salt, int iterations, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, iterations, HashAlgorithmName.SHA512, length);

    private static (int Iterations, byte[] Salt, byte[] Hash)? Split(string? storedHash)
    {
        if (storedHash is null) return null;
        var parts = storedHash.Split('$');
        if (parts.Length != 4 || parts[0] != Scheme || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations < 1)
            throw new FormatException("A stored client secret hash is not of the form pbkdf2-sha512$iterations$salt$hash");
        return (iterations, Base64Url.DecodeFromChars(parts[2]), Base64Url.DecodeFromChars(parts[3]));
    }
}
