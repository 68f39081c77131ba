using System.Net;
using Exchange.Gateway.Tests.Kit;

namespace Exchange.Gateway.Tests.Records;

[Trait("Cost", "Servers")]
public sealed class ReadRecordsTests
{
    [Fact]
    public async Task ReadRecords_FirstPage_HoldsGrantedColumnsMasked()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 5);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");

        using var response = await client.GetAsync("/v1/data/enterprise?limit=2");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(Guid.TryParse(response.Headers.GetValues("Exchange-Request-Id").Single(), out _));
        var page = await response.JsonAsync();
        var first = page.GetProperty("items")[0];
        Assert.Equal("E000001", first.GetProperty("uscc").GetString());
        Assert.Equal("张**", first.GetProperty("legal_rep").GetString());
        Assert.Equal("欧阳*", page.GetProperty("items")[1].GetProperty("legal_rep").GetString());
        Assert.Equal("3****************1", first.GetProperty("id_no").GetString());
        Assert.Equal(1.5m, first.GetProperty("reg_capital").GetDecimal());
        Assert.Equal("2001-02-04", first.GetProperty("established").GetString());
        Assert.False(first.TryGetProperty("phone", out _));
        Assert.NotNull(page.GetProperty("next").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&order=status.desc,reg_capital.asc")]
    public async Task ReadRecords_FollowedLinks_GiveEveryRowOnce(string order)
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 25);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");

        var seen = new List<string>();
        for (var address = $"/v1/data/enterprise?limit=4{order}"; address is not null;)
        {
            using var response = await client.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            seen.AddRange((await response.JsonAsync()).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("uscc").GetString()!));
            address = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
    }

    [Theory]
    [InlineData("application/vnd.exchange.rows")]
    [InlineData("application/x-ndjson")]
    [InlineData("text/csv")]
    public async Task ReadRecords_WithoutLimit_StreamsTheWholeSliceOnRecord(string format)
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 5_000);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        client.DefaultRequestHeaders.Accept.ParseAdd(format);

        using var response = await client.GetAsync("/v1/data/enterprise");
        var body = await response.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(response.Headers.GetValues("Exchange-Cursor").Single());
        var request = Guid.Parse(response.Headers.GetValues("Exchange-Request-Id").Single());
        Assert.Equal(format == "application/vnd.exchange.rows" ? "FFFF" : format == "text/csv" ? "0D0A" : "7D0A", Convert.ToHexString(body[^2..]));
        if (format != "application/vnd.exchange.rows") Assert.Equal(format == "text/csv" ? 5_001 : 5_000, body.Count(b => b == '\n'));
        await Exchange.Testing.Eventually.EqualAsync(
            $"{body.Length} 5000 completed {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body))}",
            async () => await node.Database.ScalarAsync<string>(
                "SELECT byte_count || ' ' || row_count || ' ' || outcome || ' ' || encode(body_sha256, 'hex') FROM audit.entry WHERE request_id = $1 AND kind = 'access.finished'", request) ?? "");
    }

    [Fact]
    public async Task LookUp_ByKey_AnswersOneRecordAndRecordsIt()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 5);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");

        using var found = await client.GetAsync("/v1/data/enterprise/E000002");
        using var missing = await client.GetAsync("/v1/data/enterprise/E999999");

        Assert.Equal("欧阳*", (await found.JsonAsync()).GetProperty("legal_rep").GetString());
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("record_not_found", await missing.ProblemAsync());
        await Exchange.Testing.Eventually.EqualAsync(4L, async () => await node.Database.ScalarAsync<long>("SELECT count(*) FROM audit.entry WHERE operation = 'lookup'"));
    }
}
