using System.Net;
using System.Text;
using Exchange.Gateway.Tests.Kit;

namespace Exchange.Gateway.Tests.Verification;

[Trait("Cost", "Servers")]
public sealed class VerifyTests(SharedEnterprises shared) : IClassFixture<SharedEnterprises>
{
    [Theory]
    [InlineData("""{"key":{"uscc":"E000001"},"match":{"legal_rep":"张三丰","id_no":"330101198001010001"}}""", true)]
    [InlineData("""{"key":{"uscc":"E000001"},"match":{"legal_rep":"张三丰","id_no":"330101198001010002"}}""", false)]
    [InlineData("""{"key":{"uscc":"E000003"},"match":{"phone":null}}""", true)]
    [InlineData("""{"key":{"uscc":"E000001"},"match":{"phone":null}}""", false)]
    [InlineData("""{"key":{"uscc":"E999999"},"match":{"legal_rep":"张三丰"}}""", false)]
    [InlineData("""{"key":{"uscc":"E000002"},"match":{"legal_rep":"欧阳锋"}}""", false)] // outside the granted rows
    public async Task Verify_AnyRecord_AnswersYesOrNoAndNothingElse(string body, bool match)
    {
        using var client = await shared.Node.ClientAsync("service", SharedEnterprises.Verifying);

        using var response = await PostAsync(client, body);

        Assert.Equal(match ? """{"match":true}""" : """{"match":false}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"key":{"uscc":"E000001"},"match":{"status":1}}""", "field_unknown")]
    [InlineData("""{"key":{"uscc":"E000001"},"match":{"nosuch":1}}""", "field_unknown")]
    [InlineData("""{"key":{"name":"x"},"match":{"legal_rep":"x"}}""", "field_unknown")]
    [InlineData("""{"key":{},"match":{"legal_rep":"x"}}""", "key_malformed")]
    [InlineData("""{"key":{"uscc":null},"match":{"legal_rep":"x"}}""", "key_malformed")]
    [InlineData("""{"key":{"uscc":"a"},"match":{}}""", "body_invalid")]
    [InlineData("""{"key":{"uscc":"a"},"match":{"legal_rep":{}}}""", "body_invalid")]
    [InlineData("""{"key":{"uscc":"a\u0000"},"match":{"legal_rep":"x"}}""", "body_invalid")]
    [InlineData("""{"key":{"uscc":"a"},"match":{"legal_rep":"x"},"more":1}""", "body_invalid")]
    [InlineData("""{"key":{"uscc":"a"},"match":{"legal_rep":"x","legal_rep":"y"}}""", "body_invalid")]
    [InlineData("""[]""", "body_invalid")]
    [InlineData("""{""", "body_invalid")]
    public async Task Verify_MalformedQuestion_IsRefused(string body, string problem)
    {
        using var client = await shared.Node.ClientAsync("service", SharedEnterprises.Verifying);

        using var response = await PostAsync(client, body);

        Assert.Equal(problem, await response.ProblemAsync());
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string body) =>
        client.PostAsync("/v1/verify/enterprise", new StringContent(body, Encoding.UTF8, "application/json"));
}
