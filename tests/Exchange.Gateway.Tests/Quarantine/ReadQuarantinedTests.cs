using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Tests.Kit;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Tests.Quarantine;

[Trait("Cost", "Servers")]
public sealed class ReadQuarantinedTests
{
    [Fact]
    public async Task Read_ByTheOwner_ShowsValuesAndByTheBureauNone()
    {
        await using var node = await Node.StartAsync();
        await QuarantineAsync(node, isChange: true);
        using var owner = await node.ClientAsync("market");
        using var bureau = await node.ClientAsync("bureau");
        using var other = await node.ClientAsync("rival");

        var seen = await ReadAsync(owner, "/v1/quarantine/enterprise/1");
        var bare = await ReadAsync(bureau, "/v1/quarantine/enterprise/1");
        using var refused = await other.GetAsync("/v1/quarantine/enterprise/1");

        var record = seen.GetProperty("record");
        Assert.Equal(("E000001", "3 亿"), (record.GetProperty("uscc").GetString(), record.GetProperty("reg_capital").GetProperty("unreadable").GetString()));
        Assert.Equal(JsonValueKind.Null, record.GetProperty("phone").ValueKind);
        Assert.Equal(2, record.GetProperty("status").GetInt32());
        Assert.Equal("upsert", seen.GetProperty("operation").GetString());
        Assert.Equal("value_type_wrong", seen.GetProperty("reasons")[0].GetProperty("code").GetString());
        Assert.Equal("discard", seen.GetProperty("actions")[0].GetProperty("action").GetString());
        Assert.False(bare.TryGetProperty("record", out _));
        Assert.Equal("open", bare.GetProperty("state").GetString());
        Assert.DoesNotContain("E000001", bare.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task List_ByState_ShowsReasonsAndNoValues()
    {
        await using var node = await Node.StartAsync();
        await QuarantineAsync(node, isChange: false);
        using var owner = await node.ClientAsync("market");

        var open = await ReadAsync(owner, "/v1/quarantine/enterprise");
        var discarded = await ReadAsync(owner, "/v1/quarantine/enterprise?state=discarded");
        using var wrong = await owner.GetAsync("/v1/quarantine/enterprise?state=gone");

        Assert.Equal(1, open.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain("E000001", open.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, discarded.GetProperty("items").GetArrayLength());
        Assert.Equal("parameter_invalid", await wrong.ProblemAsync());
    }

    [Fact]
    public async Task Release_WithFields_ReachesTheCatalogueAsTheOwner()
    {
        var commands = new Commands();
        await using var node = await Node.StartAsync(handlers: commands.Handlers());
        await QuarantineAsync(node, isChange: false);
        using var owner = await node.ClientAsync("market");

        using var released = await PostAsync(owner, "/v1/quarantine/enterprise/1/release", """{"fields":{"reg_capital":300000000}}""");
        using var wrong = await PostAsync(owner, "/v1/quarantine/enterprise/1/release", """{"fields":[1]}""");

        Assert.Equal(HttpStatusCode.OK, released.StatusCode);
        Assert.Equal(new ReleaseQuarantined("enterprise", "market", 1, """{"reg_capital":300000000}""", "market"), Assert.Single(commands.Received));
        Assert.Equal("body_invalid", await wrong.ProblemAsync());
    }

    private static async Task QuarantineAsync(Node node, bool isChange)
    {
        var (resource, stream) = await Enterprises.WithStreamAsync(node);
        await node.Catalogue.ExecuteAsync(
            """
            INSERT INTO catalog.quarantine (resource_id, stream_id, sequence, row_number, version, row, reasons, set_aside_at)
            VALUES ($1, $2, 1, 0, 1, $3, '[{"field":"reg_capital","code":"value_type_wrong","limit":"number"}]', now())
            """,
            resource, stream, Row(isChange));
        await node.Catalogue.ExecuteAsync(
            "INSERT INTO catalog.quarantine_action (quarantine_id, action, outcome, fields, reason, requested_by, requested_at) VALUES (1, 'discard', 'quarantine_resolved', '{}', 'r', 'market', now())");
    }

    private static byte[] Row(bool isChange)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        writer.StartRow(isChange ? 11 : 10);
        if (isChange) writer.WriteRaw("U"u8);
        writer.WriteText("E000001");
        writer.WriteText("企业");
        writer.WriteText("张三丰");
        writer.WriteText("330101198001010001");
        writer.WriteBadCell("3 亿");
        writer.WriteNull();
        writer.WriteInt64(2);
        writer.WriteText("330102");
        writer.WriteNull();
        writer.WriteTimestamp(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return output.WrittenSpan.ToArray();
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string address, string body) =>
        client.PostAsync(address, new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement> ReadAsync(HttpClient client, string address)
    {
        using var response = await client.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }
}
