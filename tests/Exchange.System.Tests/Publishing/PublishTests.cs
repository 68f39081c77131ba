using System.Text;
using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Publishing;

/// <summary>Publishing over HTTP through gateway, bus and catalogue into the store.</summary>
[Trait("Cost", "Servers")]
public sealed class PublishTests(EmbeddedExchange exchange) : IClassFixture<EmbeddedExchange>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PublisherClient Publisher => exchange.Publisher;

    [Fact]
    public async Task Publish_IntoAnEmptyResourceAndAgain_StoresUpdatesAndDeletes()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);

        var first = await Publisher.PublishAsync(resource, "a", "{\"id\":1,\"title\":\"一\"}\n{\"id\":2,\"title\":\"二\",\"amount\":2.50}\n");
        var same = await Publisher.PublishAsync(resource, "b", "{\"id\":1,\"title\":\"一\"}\n{\"id\":3,\"title\":\"三\"}\n");
        var changes = await Publisher.PublishAsync(
            resource, "c", "{\"op\":\"delete\",\"key\":{\"id\":1}}\n{\"op\":\"update\",\"row\":{\"id\":3,\"title\":\"叁\"}}\n{\"op\":\"delete\",\"key\":{\"id\":99}}", "?lines=changes");

        Assert.Equal((200, 2, 2, 2), (first.Status, first.Number("accepted"), first.Number("changed"), first.Number("head")));
        Assert.Equal((200, 2, 1, 3), (same.Status, same.Number("accepted"), same.Number("changed"), same.Number("head")));
        Assert.Equal((200, 3, 2, 5), (changes.Status, changes.Number("accepted"), changes.Number("changed"), changes.Number("head")));
        Assert.Equal(["2 二", "3 叁"], (await Publisher.StoredAsync(resource)).Select(r => $"{r.Key} {r.Value}"));
        Assert.Equal(5, await Publisher.FeedAsync(resource));
    }

    [Fact]
    public async Task Publish_Snapshots_GiveAMinimalChangeFeed()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);

        var first = await Publisher.PublishAsync(resource, "a", "id,title,amount\n1,a,\n2,b,1\n3,c,2\n", "?mode=snapshot", "text/csv");
        var second = await Publisher.PublishAsync(resource, "b", "title,amount,id\nB,1,2\nc,2,3\nd,,4\n", "?mode=snapshot", "text/csv; charset=utf-8");

        Assert.Equal((200, 3), (first.Status, first.Number("changed")));
        Assert.Equal((200, 3), (second.Status, second.Number("changed")));
        Assert.Equal(["2 B", "3 c", "4 d"], (await Publisher.StoredAsync(resource)).Select(r => $"{r.Key} {r.Value}"));
        Assert.Equal(3, await Publisher.FeedAsync(resource));
    }

    [Fact]
    public async Task Publish_SameKeyAgain_GivesTheStoredAnswerWithoutEffect()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        const string Body = "{\"id\":1,\"title\":\"a\"}";

        var first = await Publisher.PublishAsync(resource, "same", Body);
        var again = await Publisher.PublishAsync(resource, "\"same\"", Body);
        var other = await Publisher.PublishAsync(resource, "same", "{\"id\":1,\"title\":\"b\"}");
        var otherMode = await Publisher.PublishAsync(resource, "same", Body, "?mode=snapshot");

        Assert.Equal((200, false), (first.Status, first.IsReplayed));
        Assert.Equal((200, true), (again.Status, again.IsReplayed));
        Assert.Equal(first.Body.ToJsonString(), again.Body.ToJsonString());
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Problem));
        Assert.Equal((422, "idempotency_key_reused"), (otherMode.Status, otherMode.Problem));
        Assert.Equal(1, await Publisher.FeedAsync(resource));
    }

    [Fact]
    public async Task Publish_OneBadLine_StoresNothingAndTheKeyIsFree()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);

        var refused = await Publisher.PublishAsync(resource, "k", "{\"id\":1,\"title\":\"a\"}\nnonsense\n");
        var mended = await Publisher.PublishAsync(resource, "k", "{\"id\":1,\"title\":\"a\"}\n");

        Assert.Equal((422, "publication_rejected", 0), (refused.Status, refused.Problem, refused.Number("accepted")));
        Assert.Equal([2], refused.RejectedLines);
        Assert.Equal(200, mended.Status);
        Assert.Equal(1, await Publisher.FeedAsync(resource));
    }

    [Fact]
    public Task Publish_RandomMixturesOfLines_StoresTheGoodOnesAndReportsTheBadOnesExactly() => Seeds.RunAsync(async (random, _) =>
    {
        foreach (var snapshot in (bool[])[false, true])
        {
            for (var round = 0; round < 4; round++)
            {
                var resource = await Publisher.NewResourceAsync(Cancellation);
                var mixture = LineMixture.Make(random, random.Next(1, 3_000), snapshot);

                var answer = await Publisher.PublishAsync(resource, resource, mixture.Body, $"?on-bad-line=set-aside&mode={(snapshot ? "snapshot" : "changes")}");

                Assert.Equal(200, answer.Status);
                Assert.Equal((mixture.Lines, mixture.Bad.Count), (answer.Number("lines"), answer.Number("rejected")));
                Assert.Equal(mixture.Bad.Take(100), answer.RejectedLines);
                Assert.Equal(mixture.Bad.Count - Math.Min(100, mixture.Bad.Count), answer.Number("rejectionsOmitted"));
                Assert.Equal(mixture.Good, await Publisher.StoredAsync(resource));
                Assert.Equal(mixture.Bad.Count, await Publisher.QuarantinedAsync(resource));
                Assert.Equal(mixture.Bad.Count, answer.Number("setAside"));
            }
        }
    });

    [Fact]
    public async Task Publish_ManyAtOnce_AreAllStoredOneAfterTheOther()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Publisher.PublishAsync(
            resource, $"k{n}", string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"id\":{(n * 500) + i},\"title\":\"{n}\"}}\n")))));

        Assert.All(answers, a => Assert.Equal((200, 500), (a.Status, a.Number("changed"))));
        Assert.Equal(4_000, (await Publisher.StoredAsync(resource)).Count);
    }

    [Fact]
    public async Task Publish_IntoTheResourceOfAnother_IsRefused()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        using var other = await exchange.RegisterAsync();

        Assert.Equal((403, "resource_of_another"), Short(await other.PublishAsync(resource, "k", "{\"id\":1,\"title\":\"a\"}")));
        Assert.Equal((404, "resource_unknown"), Short(await other.PublishAsync("nothing", "k", "{\"id\":1,\"title\":\"a\"}")));
    }

    [Fact]
    public async Task Publish_WhereAnAdapterPublishes_IsRefusedAndTheStreamIsLeftAlone()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        await Publisher.PublishAsync(resource, "a", "{\"id\":1,\"title\":\"a\"}");
        await using (var adapter = exchange.Platform.Database.CreateCommand(
            $"UPDATE catalog.stream SET source = 'table' WHERE resource_id = (SELECT resource_id FROM catalog.resource WHERE name = '{resource}')"))
            await adapter.ExecuteNonQueryAsync(Cancellation);

        var refused = await Publisher.PublishAsync(resource, "b", "{\"id\":2,\"title\":\"b\"}");

        Assert.Equal((409, "stream_source_conflict"), Short(refused));
        Assert.Equal(0, await Publisher.CountAsync("SELECT count(*) FROM delivery.publication WHERE idempotency_key = 'b' AND resource_id = "
            + $"(SELECT resource_id FROM catalog.resource WHERE name = '{resource}')"));
        Assert.Single(await Publisher.StoredAsync(resource));
    }

    [Fact]
    public Task Publish_DamagedBodies_AreNeverTheExchangesFault() => Seeds.RunAsync(async (random, _) =>
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var good = Encoding.UTF8.GetBytes(LineMixture.Make(random, 50, snapshot: false).Body);
        for (var round = 0; round < 120; round++)
        {
            var body = LineMixture.Damage(random, good);
            var (type, query) = random.Next(4) switch
            {
                0 => ("text/csv", ""),
                1 => ("application/x-ndjson", "?lines=changes&on-bad-line=set-aside"),
                2 => ("application/x-ndjson", "?mode=snapshot&on-bad-line=set-aside"),
                _ => ("application/x-ndjson", "?on-bad-line=set-aside"),
            };
            using var content = new ByteArrayContent(body);
            if (random.Next(5) == 0) content.Headers.ContentEncoding.Add("gzip");

            var answer = await Publisher.PublishAsync(resource, $"fuzz-{round}", content, query, type);

            Assert.InRange(answer.Status, 200, 499);
        }

        Assert.Equal(0, await Publisher.CountAsync("SELECT count(*) FROM catalog.stream WHERE state = 'held'"));
    });

    [Fact]
    public async Task Publish_AnyPublication_IsOnRecordWithCountsAndWithoutValues()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        await Publisher.PublishAsync(resource, "recorded", "{\"id\":1,\"title\":\"秘密\"}\n{\"id\":2,\"title\":\"b\"}");

        await Eventually.EqualAsync(2L, () => Publisher.CountAsync($"""
            SELECT coalesce(sum(row_count), 0)::bigint FROM audit.entry
            WHERE operation = 'publish' AND kind = 'access.finished' AND outcome = 'completed' AND client_id = '{Publisher.Department}'
                AND resource_id = (SELECT resource_id FROM catalog.resource WHERE name = '{resource}')
            """));
    }

    private static (int, string?) Short(PublishAnswer answer) => (answer.Status, answer.Problem);
}
