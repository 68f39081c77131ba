using System.Net;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Problems;
using Exchange.Gateway.Tests.Kit;

namespace Exchange.Gateway.Tests.Problems;

[Trait("Cost", "Servers")]
public sealed class ProblemTests(SharedEnterprises shared) : IClassFixture<SharedEnterprises>
{
    [Theory]
    [InlineData("zh-CN,en;q=0.5", "zh-CN", "没有该地址。")]
    [InlineData("en-GB", "en", "There is nothing at this address.")]
    [InlineData("fr", "zh-CN", "没有该地址。")]
    public async Task Problem_ByAcceptedLanguage_IsInThatLanguage(string accepted, string language, string title)
    {
        var node = shared.Node;
        using var client = new HttpClient { BaseAddress = node.Address };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(accepted);

        using var response = await client.GetAsync("/nowhere");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(language, response.Content.Headers.ContentLanguage.Single());
        var problem = await response.JsonAsync();
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(title, problem.GetProperty("title").GetString());
        Assert.Equal("/errors/route_unknown", problem.GetProperty("type").GetString());
        Assert.Equal(5009, problem.GetProperty("code").GetInt32());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        using var described = await client.GetAsync(problem.GetProperty("type").GetString());
        Assert.Equal("没有该地址。", (await described.JsonAsync()).GetProperty("zh").GetString());
    }

    [Fact]
    public async Task Answers_OfEveryKind_CarryTheSecurityHeadersAndNoServerName()
    {
        var node = shared.Node;
        var client = node.Anonymous();
        foreach (var address in (string[])["/nowhere", "/livez", "/v1/data/enterprise", "/openapi/v1.json"])
        {
            using var response = await client.GetAsync(address);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task Requests_BadInManyWays_AreAnsweredAsProblems()
    {
        await using var node = await Node.StartAsync(settings: ("Gateway:MaxBodyBytes", "4096"));
        await node.Catalogue.ParticipantAsync("bureau", Contracts.Messages.V1.ClientRoles.Bureau);
        using var client = await node.ClientAsync("bureau");

        using var method = await client.PutAsync("/v1/grants", null);
        using var large = await client.PostAsync("/v1/participants", new StringContent(new string(' ', 10_000), Encoding.UTF8, "application/json"));
        using var kind = await client.PostAsync("/v1/participants", new StringContent("a=b", Encoding.UTF8, "text/plain"));
        using var twice = await client.PostAsync("/v1/participants", new StringContent("""{"code":"a","code":"b","titleZh":"a","titleEn":"a","uscc":null}""", Encoding.UTF8, "application/json"));
        using var unknown = await client.GetAsync("/v1/grants?colour=red");
        using var accept = new HttpRequestMessage(HttpMethod.Get, "/v1/data/enterprise");
        accept.Headers.Accept.ParseAdd("application/xml");

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "method_not_allowed"), (method.StatusCode, await method.ProblemAsync()));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (large.StatusCode, await large.ProblemAsync()));
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "body_type_unsupported"), (kind.StatusCode, await kind.ProblemAsync()));
        Assert.Equal((HttpStatusCode.BadRequest, "body_invalid"), (twice.StatusCode, await twice.ProblemAsync()));
        Assert.Equal((HttpStatusCode.BadRequest, "parameter_unknown"), (unknown.StatusCode, await unknown.ProblemAsync()));
    }

    [Fact]
    public async Task OpenApi_OfThisVersion_IsTheOneOnFile()
    {
        var node = shared.Node;
        var document = await (await node.Anonymous().GetAsync("/openapi/v1.json")).Content.ReadAsStringAsync();

        var file = Exchange.Testing.TestPaths.InRepository("docs", "api", "openapi.v1.json");
        if (Environment.GetEnvironmentVariable("EXCHANGE_ACCEPT_SNAPSHOTS") == "1") await File.WriteAllTextAsync(file, document + "\n");
        Assert.Contains("\"openapi\": \"3.1", document, StringComparison.Ordinal);
        Assert.Equal((await File.ReadAllTextAsync(file)).TrimEnd('\n'), document);
    }
}

public sealed class ProblemStatusTests
{
    [Fact]
    public void Of_EveryCode_IsAStatusOfAnError()
    {
        foreach (var code in ErrorCodes.ByName.Values) Assert.InRange(ProblemStatus.Of(code), 400, 504);
    }
}
