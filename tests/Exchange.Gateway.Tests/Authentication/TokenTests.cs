using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Tests.Kit;
using Exchange.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Gateway.Tests.Authentication;

[Trait("Cost", "Servers")]
public sealed class TokenTests
{
    private const string Issuer = "http://exchange.local";

    [Fact]
    public async Task IssueToken_RightSecret_AnswersATokenThatOpensTheDoor()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 1);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        await node.RefreshAsync();
        var client = node.Anonymous();

        using var byForm = await client.PostAsync("/oauth/token", Form("service", Node.Secret));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token") { Content = Form(null, null) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"service:{Node.Secret}")));
        using var byHeader = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, byForm.StatusCode);
        Assert.Equal(HttpStatusCode.OK, byHeader.StatusCode);
        var token = await byHeader.JsonAsync();
        Assert.Equal("Bearer", token.GetProperty("token_type").GetString());
        Assert.Equal(300, token.GetProperty("expires_in").GetInt32());
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        client.DefaultRequestHeaders.Add("Exchange-Purpose", Kit.Catalogue.Purpose);
        using var opened = await client.GetAsync("/v1/data/enterprise");
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
    }

    [Fact]
    public async Task IssueToken_ClientRegisteredAMomentAgo_IsLetIn()
    {
        await using var node = await Node.StartAsync();
        var client = node.Anonymous();

        for (var i = 0; i < 10; i++)
        {
            await node.Catalogue.ParticipantAsync($"service-{i}");
            using var token = await client.PostAsync("/oauth/token", Form($"service-{i}", Node.Secret));
            Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        }
    }

    [Fact]
    public async Task IssueToken_WrongSecretOrUnknownClient_AnswerAlikeAndSlowDown()
    {
        // The brake's clock stands still: however slow the machine, no pause runs out.
        await using var node = await Node.StartAsync(services: services => services.AddSingleton(new LoginBrake(new ManualTimeProvider())));
        await node.Catalogue.ParticipantAsync("service");
        await node.RefreshAsync();
        var client = node.Anonymous();

        using var wrong = await client.PostAsync("/oauth/token", Form("service", "a-wrong-secret-of-length"));
        using var unknown = await client.PostAsync("/oauth/token", Form("nobody", "a-wrong-secret-of-length"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(WithoutTrace(await wrong.JsonAsync()), WithoutTrace(await unknown.JsonAsync()));

        foreach (var name in (string[])["service", "nobody"])
        {
            for (var i = 1; i < LoginBrake.FreeFailures; i++) (await client.PostAsync("/oauth/token", Form(name, "a-wrong-secret-of-length"))).Dispose();
            using var braked = await client.PostAsync("/oauth/token", Form(name, Node.Secret));
            Assert.Equal(HttpStatusCode.TooManyRequests, braked.StatusCode);
            Assert.True(braked.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Tokens_ForgedInAnyKnownWay_AreRefused()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 1);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        await node.RefreshAsync();
        var keys = node.Services.GetRequiredService<KeyFolder>();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var publicKey = Encoding.UTF8.GetBytes(keys.Signing.ECDsa.ExportSubjectPublicKeyInfoPem());
        var own = new SigningCredentials(keys.Signing, SecurityAlgorithms.EcdsaSha256);
        var good = Token(own);
        var forged = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["not a token"] = "x.y.z",
            ["alg none"] = $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""")}.{good.Split('.')[1]}.",
            ["HS256 with the public key"] = Token(new SigningCredentials(new SymmetricSecurityKey(publicKey), SecurityAlgorithms.HmacSha256)),
            ["RS256"] = Token(new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256)),
            ["a stranger's key"] = Token(new SigningCredentials(new ECDsaSecurityKey(stranger), SecurityAlgorithms.EcdsaSha256)),
            ["a stranger's key under our id"] = Token(new SigningCredentials(new ECDsaSecurityKey(stranger) { KeyId = keys.Signing.KeyId }, SecurityAlgorithms.EcdsaSha256)),
            ["kid traversal"] = Token(new SigningCredentials(new ECDsaSecurityKey(stranger) { KeyId = "../../dev/null" }, SecurityAlgorithms.EcdsaSha256)),
            ["expired"] = Token(own, expires: DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 1)),
            ["not yet valid"] = Token(own, notBefore: TimeProvider.System.GetUtcNow().AddMinutes(2)),
            ["other issuer"] = Token(own, issuer: "http://elsewhere"),
            ["other audience"] = Token(own, audience: "http://elsewhere"),
            ["other type"] = Token(own, type: "JWT"),
            ["changed payload"] = $"{good.Split('.')[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(good.Split('.')[1]).Replace("service", "bureaux", StringComparison.Ordinal))}.{good.Split('.')[2]}",
            ["client unknown"] = Token(own, client: "nobody"),
        };

        foreach (var (how, token) in forged)
        {
            using var response = await GetAsync(node, token);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{how}: {response.StatusCode}");
            Assert.Equal("token_invalid", await response.ProblemAsync());
            Assert.Contains("invalid_token", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        using var accepted = await GetAsync(node, good);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Fact]
    public async Task DisabledClient_WithAGoodToken_IsRefusedWithinASecond()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 1);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/data/enterprise")).StatusCode);

        await node.Catalogue.DisableAsync("service");

        await Exchange.Testing.Eventually.TrueAsync(async () => (await client.GetAsync("/v1/data/enterprise")).StatusCode == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Keys_OnFirstStart_AreReadableByTheirOwnerOnlyAndStay()
    {
        await using var node = await Node.StartAsync();
        var client = node.Anonymous();
        var published = (await (await client.GetAsync("/.well-known/jwks.json")).JsonAsync()).GetProperty("keys")[0];

        Assert.Equal("ES256", published.GetProperty("alg").GetString());
        Assert.False(published.TryGetProperty("d", out _));
        foreach (var file in Directory.GetFiles(node.KeysFolder)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using var again = new KeyFolder(Microsoft.Extensions.Options.Options.Create(new GatewayOptions { Keys = node.KeysFolder }));
        Assert.Equal(published.GetProperty("kid").GetString(), again.Public.KeyId);
    }

    private static string Token(
        SigningCredentials credentials,
        string client = "service",
        string issuer = Issuer,
        string audience = Issuer,
        string type = "at+jwt",
        DateTimeOffset? notBefore = null,
        DateTimeOffset? expires = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            TokenType = type,
            NotBefore = (notBefore ?? now.AddSeconds(-5)).UtcDateTime,
            Expires = (expires ?? now.AddMinutes(5)).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["client_id"] = client },
            SigningCredentials = credentials,
        });
    }

    private static async Task<HttpResponseMessage> GetAsync(Node node, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/data/enterprise");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        request.Headers.Add("Exchange-Purpose", Kit.Catalogue.Purpose);
        return await node.Anonymous().SendAsync(request);
    }

    private static FormUrlEncodedContent Form(string? id, string? secret)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials" };
        if (id is not null) (form["client_id"], form["client_secret"]) = (id, secret!);
        return new FormUrlEncodedContent(form);
    }

    private static string WithoutTrace(System.Text.Json.JsonElement problem) =>
        string.Join('\n', problem.EnumerateObject().Where(p => p.Name != "traceId").Select(p => p.ToString()));
}
