using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Gateway.Audit;

/// <summary>Binds a record to the request that it is about without keeping what was asked: a keyed hash of method, target and body.</summary>
internal static class RequestHash
{
    private const string BodyItem = "exchange.body";

    public static byte[] Of(HttpContext http, byte[] key)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var text = Encoding.UTF8.GetBytes($"{http.Request.Method}\n{target}\n");
        return http.Items.TryGetValue(BodyItem, out var body) && body is byte[] bytes
            ? HMACSHA256.HashData(key, (ReadOnlySpan<byte>)[.. text, .. bytes])
            : HMACSHA256.HashData(key, (ReadOnlySpan<byte>)text);
    }

    /// <summary>Makes the body part of the hash.</summary>
    public static void Cover(HttpContext http, byte[] body) => http.Items[BodyItem] = body;
}
