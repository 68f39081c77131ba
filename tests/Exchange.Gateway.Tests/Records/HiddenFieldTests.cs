using System.Net;
using Exchange.Gateway.Tests.Kit;

namespace Exchange.Gateway.Tests.Records;

/// <summary>Fields that are not granted, and masked ones where a mask could be seen through, behave exactly like fields that do not exist.</summary>
[Trait("Cost", "Servers")]
public sealed class HiddenFieldTests(SharedEnterprises shared) : IClassFixture<SharedEnterprises>
{
    private const string Unknown = "nosuchfield";

    [Theory]
    [InlineData("select={0}")]
    [InlineData("select=uscc,{0}")]
    [InlineData("{0}=eq.1")]
    [InlineData("{0}=like.1*")]
    [InlineData("{0}=rubbish")]
    [InlineData("{0}=is.null")]
    [InlineData("or=({0}.eq.1,status.eq.1)")]
    [InlineData("and=(status.eq.1,not.or({0}.is.null,{0}.eq.x))")]
    [InlineData("order={0}.desc")]
    [InlineData("order={0}")]
    public async Task HiddenField_AnywhereInAQuery_IsAnsweredLikeAnUnknownOne(string query)
    {
        using var client = await shared.Node.ClientAsync("service");

        var unknown = await AnswerAsync(client, query, Unknown);
        Assert.StartsWith("400", unknown, StringComparison.Ordinal);
        Assert.Equal(unknown, await AnswerAsync(client, query, "phone"));
        Assert.Equal(unknown, await AnswerAsync(client, query, "updated_at"));
        // Masked fields may be selected, and nothing else.
        if (!query.StartsWith("select", StringComparison.Ordinal)) Assert.Equal(unknown, await AnswerAsync(client, query, "id_no"));
    }

    [Theory]
    [InlineData("id\"--")]
    [InlineData("id) or (1")]
    [InlineData("uscc::text")]
    [InlineData("(select pg_sleep(5))")]
    [InlineData("*")]
    [InlineData("pg_user")]
    [InlineData("uscc\u02BC")]
    [InlineData("uscc\uFF07")]
    [InlineData("uscc\0")]
    [InlineData("_offset")]
    [InlineData("t.uscc")]
    public async Task FieldName_WithAnInjection_IsJustUnknown(string name)
    {
        using var client = await shared.Node.ClientAsync("service");
        var escaped = Uri.EscapeDataString(name);

        foreach (var query in (string[])[$"select={escaped}", $"{escaped}=eq.1", $"order={escaped}.asc"])
        {
            using var response = await client.GetAsync($"/v1/data/enterprise?{query}");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal("field_unknown", await response.ProblemAsync());
        }
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=999999999999")]
    [InlineData("limit=1&limit=2")]
    [InlineData("cursor=abc")]
    [InlineData("order=status.sideways")]
    [InlineData("status=eq.x")]
    public async Task Query_OutOfBounds_IsRefused(string query)
    {
        using var client = await shared.Node.ClientAsync("service");

        using var response = await client.GetAsync($"/v1/data/enterprise?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Cursor_OfAnotherConsumerChangedOrForAnotherQuery_GivesNoRows()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 10);
        var other = await node.Catalogue.ParticipantAsync("other");
        var grant = await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        await node.Catalogue.GrantAsync(other, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        using var stranger = await node.ClientAsync("other");
        var cursor = (await (await client.GetAsync("/v1/data/enterprise?limit=2")).JsonAsync()).GetProperty("next").GetString()!;

        Assert.Equal("cursor_invalid", await (await stranger.GetAsync($"/v1/data/enterprise?limit=2&cursor={cursor}")).ProblemAsync());
        Assert.Equal("cursor_invalid", await (await client.GetAsync($"/v1/data/enterprise?limit=2&status=eq.1&cursor={cursor}")).ProblemAsync());
        Assert.Equal("cursor_invalid", await (await client.GetAsync($"/v1/changes/enterprise?after={cursor}")).ProblemAsync());
        for (var i = 0; i < cursor.Length; i += 7)
        {
            var changed = $"{cursor[..i]}{(cursor[i] == 'A' ? 'B' : 'A')}{cursor[(i + 1)..]}";
            Assert.Equal("cursor_invalid", await (await client.GetAsync($"/v1/data/enterprise?limit=2&cursor={changed}")).ProblemAsync());
        }

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/v1/data/enterprise?limit=2&cursor={cursor}")).StatusCode);
        await node.Catalogue.RevokeAsync(grant, "renewed");
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        await node.RefreshAsync();
        using var expired = await client.GetAsync($"/v1/data/enterprise?limit=2&cursor={cursor}");
        Assert.Equal(HttpStatusCode.Gone, expired.StatusCode);
        Assert.Equal("cursor_expired", await expired.ProblemAsync());
    }

    private static async Task<string> AnswerAsync(HttpClient client, string query, string field)
    {
        using var response = await client.GetAsync($"/v1/data/enterprise?{string.Format(System.Globalization.CultureInfo.InvariantCulture, query, field)}");
        var body = await response.JsonAsync();
        var problem = string.Join('\n', body.EnumerateObject().Where(p => p.Name != "traceId").Select(p => p.ToString()));
        return $"{(int)response.StatusCode} {problem.Replace(field, "FIELD", StringComparison.Ordinal)}";
    }
}
