using System.Security.Cryptography;
using System.Text;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Tests.Kit;
using Exchange.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Gateway.Tests.Authorization;

[Trait("Cost", "Servers")]
public sealed class MaskSqlTests
{
    [Theory]
    [InlineData(Masks.Name, "张三", "张*")]
    [InlineData(Masks.Name, "张三丰", "张**")]
    [InlineData(Masks.Name, "欧阳锋", "欧阳*")]
    [InlineData(Masks.Name, "诸葛孔明", "诸葛**")]
    [InlineData(Masks.Name, "欧阳", "欧*")]
    [InlineData(Masks.Name, "阿卜杜·热西提", "阿******")]
    [InlineData(Masks.Name, "𠮷田", "𠮷*")]
    [InlineData(Masks.Name, "", "")]
    [InlineData(Masks.Id, "11010519491231002X", "1****************X")]
    [InlineData(Masks.Id, "一二三四五六", "一****六")]
    [InlineData(Masks.Id, "证号一二三四五六七八九十甲乙丙丁戊己", "证****************己")]
    [InlineData(Masks.Id, "12", "**")]
    [InlineData(Masks.Id, "", "")]
    [InlineData(Masks.Mobile, "13812345678", "138****5678")]
    [InlineData(Masks.Mobile, "1234567", "*******")]
    [InlineData(Masks.Address, "浙江省杭州市西湖区文三路", "浙江省杭州市*")]
    [InlineData(Masks.Address, "杭州市", "杭州市")]
    public async Task Mask_OfText_IsAsDeclared(string mask, string value, string expected)
    {
        var sql = MaskSql.Of(mask, "v", default);
        Assert.Equal(expected, await ScalarAsync($"SELECT {sql} FROM (SELECT $1::text AS v) t", value));
    }

    [Fact]
    public async Task Mask_OfDateAndNull_KeepYearAndNull()
    {
        Assert.Equal("1990-01-01", await ScalarAsync($"SELECT ({MaskSql.Of(Masks.Year, "v", default)})::text FROM (SELECT $1::date AS v) t", "1990-07-15"));
        foreach (var mask in Masks.All.Except([Masks.Year, Masks.Pseudonym]))
            Assert.Null(await ScalarAsync($"SELECT {MaskSql.Of(mask, "v", default)} FROM (SELECT nullif($1, '')::text AS v) t", ""));
    }

    [Fact]
    public async Task Pseudonym_OfAKey_IsItsKeyedHashAndDiffersByRecipient()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        var other = await node.Catalogue.ParticipantAsync("other");
        (string, string?)[] fields = [("uscc", Masks.Pseudonym), ("status", null)];
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, fields);
        await node.Catalogue.GrantAsync(other, enterprises.Resource, fields);

        var mine = await KeysAsync(node, "service");
        var theirs = await KeysAsync(node, "other");

        Assert.Equal(Expected(node, enterprises.Resource, enterprises.Consumer), mine);
        Assert.Equal(Expected(node, enterprises.Resource, other), theirs);
        Assert.Empty(mine.Intersect(theirs));
        using var client = await node.ClientAsync("service");
        using var lookup = await client.GetAsync($"/v1/data/enterprise/{mine[0]}");
        Assert.Equal("method_not_granted", await lookup.ProblemAsync());
    }

    private static async Task<string[]> KeysAsync(Node node, string client)
    {
        using var http = await node.ClientAsync(client);
        using var first = await http.GetAsync("/v1/data/enterprise?limit=2");
        var page = await first.JsonAsync();
        using var second = await http.GetAsync($"/v1/data/enterprise?limit=2&cursor={page.GetProperty("next").GetString()}");
        return [.. page.GetProperty("items").EnumerateArray().Concat((await second.JsonAsync()).GetProperty("items").EnumerateArray()).Select(i => i.GetProperty("uscc").GetString()!)];
    }

    private static string[] Expected(Node node, Guid resource, Guid recipient)
    {
        var info = (byte[])[.. resource.ToByteArray(bigEndian: true), .. recipient.ToByteArray(bigEndian: true)];
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, node.Services.GetRequiredService<KeyFolder>().PseudonymMaster, 32, "exchange pseudonym"u8.ToArray(), info);
        return [.. Enumerable.Range(1, 3).Select(n => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"E{n:000000}")))[..32]).Order(StringComparer.Ordinal)];
    }

    private static async Task<string?> ScalarAsync(string sql, string value)
    {
        var cluster = await PostgresServer.SharedAsync();
        await using var connection = new NpgsqlConnection(cluster.ConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown } } };
        return await command.ExecuteScalarAsync() as string;
    }
}
