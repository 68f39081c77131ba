using System.Globalization;
using System.Text.Json.Nodes;
using Exchange.Contracts.Errors;
using Exchange.Standalone.Demonstration;
using Exchange.Standalone.Platform;
using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Publishing;

/// <summary>A snapshot that would delete most of a resource, held and rejected in a whole exchange: the store keeps its rows, and what the source has next is taken.</summary>
[Trait("Cost", "Servers")]
public sealed class RejectedSnapshotTests(EmbeddedExchange exchange) : IClassFixture<EmbeddedExchange>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PublisherClient Publisher => exchange.Publisher;

    [Fact]
    public async Task Publish_SnapshotHeldAndRejected_AnswersSoForItsKeyAndTakesTheNextOne()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        await Publisher.PublishAsync(resource, "whole", Lines(300), "?mode=snapshot", "text/csv");

        var held = await Publisher.PublishAsync(resource, "cut", Lines(100), "?mode=snapshot", "text/csv");
        await RejectAsync(resource);
        var rejected = await Publisher.PublishAsync(resource, "cut", Lines(100), "?mode=snapshot", "text/csv");
        var again = await Publisher.PublishAsync(resource, "cut", Lines(100), "?mode=snapshot", "text/csv");
        var next = await Publisher.PublishAsync(resource, "next", Lines(290), "?mode=snapshot", "text/csv");

        Assert.Equal((409, "stream_held"), (held.Status, held.Problem));
        Assert.Equal((409, "snapshot_rejected"), (rejected.Status, rejected.Problem));
        Assert.Equal((409, "snapshot_rejected"), (again.Status, again.Problem));
        Assert.Equal((200, 10), (next.Status, next.Number("changed")));
        Assert.Equal(290, (await Publisher.StoredAsync(resource)).Count);
    }

    [Fact]
    public async Task Adapter_FileHeldAndRejected_GoesOnWithTheNextFile()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var folder = Directory.CreateTempSubdirectory("rejected-").FullName;
        var drop = Directory.CreateDirectory(Path.Combine(folder, "drop")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "thing.json"), PublisherClient.Schema, Cancellation);
        var file = Path.Combine(folder, "things.yaml");
        await File.WriteAllTextAsync(file, $$"""
            adapter: rejected-files
            resource: { name: {{resource}}, publisher: {{Publisher.Department}}, titleZh: 物品, titleEn: {{resource}}, schema: thing.json }
            source:
              csv: { folder: drop, settle: 0s, interval: 100ms }
            """, Cancellation);
        await using var adapter = await exchange.Platform.StartAdapterAsync(file, Cancellation);

        await DropAsync(drop, "a.csv", 300);
        await Eventually.EqualAsync(300L, () => Publisher.CountAsync($"SELECT count(*) FROM store.{resource}"), Deadline);
        await DropAsync(drop, "b.csv", 100);
        await Eventually.EqualAsync(1L, () => Publisher.CountAsync($"{Streams(resource)} AND s.held_code = 'snapshot_deletes_most'"), Deadline);
        await RejectAsync(resource);
        await Eventually.EqualAsync(1L, () => Publisher.CountAsync($"{Streams(resource)} AND s.state = 'open' AND s.note_code = 'snapshot_rejected'"), Deadline);
        await DropAsync(drop, "c.csv", 290);
        await Eventually.EqualAsync(290L, () => Publisher.CountAsync($"SELECT count(*) FROM store.{resource}"), Deadline);

        Assert.Equal(10, await Publisher.FeedAsync(resource));
        Assert.Equal(0, await Publisher.CountAsync($"{Streams(resource)} AND s.note_code IS NOT NULL"));
        Assert.Equal(1, await Publisher.CountAsync(
            $"SELECT count(*) FROM catalog.stream_action a JOIN catalog.stream s USING (stream_id) JOIN catalog.resource r USING (resource_id) WHERE r.name = '{resource}' AND action = 'reject'"));
    }

    private static string Streams(string resource) => $"SELECT count(*) FROM catalog.stream s JOIN catalog.resource r USING (resource_id) WHERE r.name = '{resource}'";

    private static string Lines(int rows) => "id,title,amount\n" + string.Concat(Enumerable.Range(1, rows).Select(n => string.Create(CultureInfo.InvariantCulture, $"{n},第{n}号,{n}\n")));

    private static async Task DropAsync(string folder, string name, int rows)
    {
        var target = Path.Combine(folder, name);
        await File.WriteAllTextAsync(target + ".part", Lines(rows), Cancellation);
        File.Move(target + ".part", target);
    }

    private async Task RejectAsync(string resource)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = exchange.Platform.Gateway };
        var bureau = new GatewayClient(http, exchange.Platform.Bureau, Language.En, new AccessJournal(), TimeProvider.System);
        await bureau.CommandAsync($"/v1/streams/{resource}/reject", new JsonObject { ["reason"] = "the file was cut off" }, Cancellation);
    }
}
