using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Gateway.Authentication;

/// <summary>
/// The gateway's keys, made on first start in files that only their owner may read: the signing key of tokens, the key that seals cursors, and the
/// master of the pseudonyms. Losing the master changes every pseudonym; losing the others only ends tokens and cursors.
/// </summary>
internal sealed class KeyFolder : IDisposable
{
    private const int KeyBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly ECDsa _signing;

    public KeyFolder(IOptions<GatewayOptions> options)
    {
        var folder = Path.GetFullPath(options.Value.Keys);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        _signing = ECDsa.Create();
        _signing.ImportFromPem(ReadOrMake(folder, "token-signing.pem", NewSigningKey));
        Cursor = Convert.FromHexString(ReadOrMake(folder, "cursor.key", NewKey).Trim());
        var master = Convert.FromHexString(ReadOrMake(folder, "pseudonym.key", NewKey).Trim());
        PseudonymMaster = master;
        RequestHash = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeyBytes, info: "exchange request hash"u8.ToArray());

        // Of its own: the shared factory keeps signers by key id, beyond the life of the key.
        Signing = new ECDsaSecurityKey(_signing) { CryptoProviderFactory = new CryptoProviderFactory() };
        Public = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(_signing.ExportParameters(includePrivateParameters: false))));
        Public.KeyId = Signing.KeyId = Base64UrlEncoder.Encode(Public.ComputeJwkThumbprint());
        Public.Use = "sig";
        Public.Alg = SecurityAlgorithms.EcdsaSha256;
    }

    /// <summary>Signs access tokens (ES256). Its <c>kid</c> is the RFC 7638 thumbprint.</summary>
    public ECDsaSecurityKey Signing { get; }

    public JsonWebKey Public { get; }

    /// <summary>AES-256 key of cursors.</summary>
    public byte[] Cursor { get; }

    public byte[] PseudonymMaster { get; }

    /// <summary>Keys the hashes of requests in the audit log: an unkeyed hash of a request for one identity number could be found by trying.</summary>
    public byte[] RequestHash { get; }

    public void Dispose() => _signing.Dispose();

    private static string NewSigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));

    private static string ReadOrMake(string folder, string name, Func<string> make)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) Write(folder, path, make());
        return File.ReadAllText(path);
    }

    // Written aside and linked into place, so that two gateways that start at once agree on one key.
    private static void Write(string folder, string path, string text)
    {
        var aside = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var writer = new StreamWriter(aside, options)) writer.Write(text);
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }
}
