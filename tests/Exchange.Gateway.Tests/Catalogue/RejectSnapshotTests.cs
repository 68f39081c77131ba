using System.Net;
using System.Text;
using System.Text.Json;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Tests.Kit;

namespace Exchange.Gateway.Tests.Catalogue;

[Trait("Cost", "Servers")]
public sealed class RejectSnapshotTests
{
    [Fact]
    public async Task Reject_ByOwnerAndBureau_ReachesTheCatalogueWithWhoAndWhy()
    {
        var commands = new Commands();
        await using var node = await Node.StartAsync(handlers: commands.Handlers());
        var stream = await StreamAsync(node);
        using var owner = await node.ClientAsync("market");
        using var bureau = await node.ClientAsync("bureau");
        using var rival = await node.ClientAsync("rival");

        using var first = await PostAsync(owner, "reject", """{"reason":"文件被截断"}""");
        using var second = await PostAsync(bureau, "reject", """{"reason":"cut off"}""");
        using var refused = await PostAsync(rival, "reject", """{"reason":"mine"}""");
        using var reasonless = await PostAsync(owner, "reject", "{}");
        using var released = await PostAsync(bureau, "release", "");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode, released.StatusCode));
        Assert.Equal("resource_of_another", await refused.ProblemAsync());
        Assert.Equal("body_invalid", await reasonless.ProblemAsync());
        Assert.Equal(
            [new RejectSnapshot(stream, "文件被截断", "market"), new RejectSnapshot(stream, "cut off", "bureau"), new ReleaseStream(stream, "bureau")],
            commands.Received);
    }

    [Fact]
    public async Task Streams_AfterADecision_TellWhoDecidedWhatAndWhy()
    {
        await using var node = await Node.StartAsync();
        var stream = await StreamAsync(node);
        await node.Catalogue.ExecuteAsync(
            """
            INSERT INTO catalog.stream_action (stream_id, action, sequence, held_code, held_reason, reason, requested_by, requested_at) VALUES
                ($1, 'release', 2, 'batch_over_threshold', 'x', NULL, 'bureau', '2026-01-01T00:00:00Z'),
                ($1, 'reject', 6, 'snapshot_deletes_most', 'y', 'cut off', 'market', '2026-01-02T03:04:05Z')
            """,
            stream.Value);
        using var bureau = await node.ClientAsync("bureau");

        using var answer = await bureau.GetAsync("/v1/streams");

        var decision = (await answer.JsonAsync()).GetProperty("items")[0].GetProperty("lastDecision");
        Assert.Equal(("reject", "snapshot_deletes_most", "cut off", "market"), (Text(decision, "action"), Text(decision, "heldCode"), Text(decision, "reason"), Text(decision, "by")));
        Assert.Equal((6, "2026-01-02T03:04:05.000000Z"), (decision.GetProperty("sequence").GetInt64(), Text(decision, "at")));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task<StreamId> StreamAsync(Node node) => StreamId.From((await Enterprises.WithStreamAsync(node)).Stream);

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string action, string body) =>
        client.PostAsync($"/v1/streams/enterprise/{action}", new StringContent(body, Encoding.UTF8, "application/json"));
}
