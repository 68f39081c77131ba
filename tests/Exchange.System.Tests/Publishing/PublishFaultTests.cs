using System.Globalization;
using System.Net;
using System.Text;
using Exchange.Standalone.Platform;
using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Publishing;

/// <summary>Processes that die while a department publishes: the same key again, and each row had effect once.</summary>
[Trait("Cost", "Servers")]
public sealed class PublishFaultTests(DistributedExchange exchange, ITestOutputHelper output) : IClassFixture<DistributedExchange>
{
    private const int Rows = 120_000;
    private const long LargeBody = 160L << 20;
    private const long MemoryAllowed = 120L << 20;
    private static readonly string Body = string.Concat(Enumerable.Range(1, Rows).Select(n => $"{{\"id\":{n},\"title\":\"第{n}号\",\"amount\":{n}.25}}\n"));
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PublisherClient Publisher => exchange.Publisher;

    [Theory]
    [InlineData("")]
    [InlineData("?mode=snapshot")]
    public async Task Publish_GatewayDiesBetweenCommitAndAnswer_IsAnsweredByAnotherWithoutAnotherEffect(string query)
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var (doomed, there) = await exchange.AddGatewayAsync("publish.before-answer=exit");
        using var publisher = there;
        const string Few = "{\"id\":1,\"title\":\"a\"}\n{\"id\":2,\"title\":\"b\"}\n";

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => publisher.PublishAsync(resource, "k", Few, query));
        var again = await Publisher.PublishAsync(resource, "k", Few, query);
        var third = await Publisher.PublishAsync(resource, "k", Few, query);

        Assert.Equal((200, 2, 2, false), (again.Status, again.Number("accepted"), again.Number("changed"), again.IsReplayed));
        Assert.Equal((200, true), (third.Status, third.IsReplayed));
        Assert.Equal(query.Length == 0 ? 1 : 3, await BatchesAsync(resource));
        await Assert.ThrowsAsync<InvalidOperationException>(() => doomed.Completion);
        await doomed.DisposeAsync();
    }

    [Fact]
    public async Task Publish_GatewayKilledInTheMiddle_IsTakenUpWithTheSameKey()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var (process, there) = await exchange.AddGatewayAsync();
        using var publisher = there;

        var lost = publisher.PublishAsync(resource, "k", Body);
        await Eventually.TrueAsync(async () => await BatchesAsync(resource) >= 3, Deadline);
        await process.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);
        var before = await BatchesAsync(resource);
        var again = await Publisher.PublishAsync(resource, "k", Body);

        output.WriteLine($"{before} batches were committed before the kill, {await BatchesAsync(resource)} in all");
        Assert.Equal((200, Rows), (again.Status, again.Number("accepted")));
        await StoredOnceAsync(resource);
        await process.DisposeAsync();
    }

    [Fact]
    public async Task Publish_SnapshotInterrupted_KeepsChangesOutUntilItIsFinished()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var (process, there) = await exchange.AddGatewayAsync();
        using var publisher = there;

        var lost = publisher.PublishAsync(resource, "k", Body, "?mode=snapshot");
        await Eventually.TrueAsync(async () => await BatchesAsync(resource) >= 3, Deadline);
        await process.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);
        var kept = await Publisher.PublishAsync(resource, "other", "{\"id\":1,\"title\":\"a\"}");
        var again = await Publisher.PublishAsync(resource, "k", Body, "?mode=snapshot");
        var after = await Publisher.PublishAsync(resource, "other", "{\"id\":1,\"title\":\"a\"}");

        Assert.Equal((409, "snapshot_unfinished"), (kept.Status, kept.Problem));
        Assert.Equal((200, Rows, Rows), (again.Status, again.Number("accepted"), again.Number("changed")));
        Assert.Equal((200, 1), (after.Status, after.Number("changed")));
        Assert.Equal(Rows, await Publisher.CountAsync($"SELECT count(*) FROM store.{resource}"));
        await process.DisposeAsync();
    }

    [Fact]
    public async Task Publish_CatalogueKilledInTheMiddle_IsAnsweredOnceAllIsCommitted()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);

        var publishing = Publisher.PublishAsync(resource, "k", Body);
        await Eventually.TrueAsync(async () => await BatchesAsync(resource) >= 3, Deadline);
        await exchange.Platform.CatalogHost.KillAsync();
        await exchange.Platform.CatalogHost.RestartAsync();
        var answer = await publishing;

        Assert.Equal((200, Rows, Rows), (answer.Status, answer.Number("accepted"), answer.Number("changed")));
        await StoredOnceAsync(resource);
    }

    [Fact]
    public async Task Publish_ThroughTwoGatewaysAtOnce_LosesNeither()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var (process, there) = await exchange.AddGatewayAsync();
        using var publisher = there;

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => InsistAsync(
            n % 2 == 0 ? Publisher : publisher, resource, $"k{n}", string.Concat(Enumerable.Range(0, 12_000).Select(i => $"{{\"id\":{(n * 12_000) + i},\"title\":\"{n}\"}}\n")))));

        Assert.All(answers, a => Assert.Equal((200, 12_000), (a.Status, a.Number("changed"))));
        Assert.Equal(72_000, await Publisher.CountAsync($"SELECT count(*) FROM store.{resource}"));
        await process.DisposeAsync();
    }

    [Fact]
    public async Task Publish_SameKeyAtTwoGatewaysAtOnce_HasOneEffect()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var (process, there) = await exchange.AddGatewayAsync();
        using var publisher = there;

        var answers = await Task.WhenAll(Publisher.PublishAsync(resource, "k", Body), publisher.PublishAsync(resource, "k", Body));

        Assert.Contains(answers, a => a.Status == 200);
        Assert.All(answers, a => Assert.True(a.Status == 200 || a is { Status: 409, Problem: "publication_under_way" }, $"{a.Status} {a.Problem}"));
        await StoredOnceAsync(resource);
        await process.DisposeAsync();
    }

    [Fact]
    public async Task Publish_LargeBody_NeedsLittleMemory()
    {
        var resource = await Publisher.NewResourceAsync(Cancellation);
        var (process, there) = await exchange.AddGatewayAsync();
        using var publisher = there;
        await publisher.PublishAsync(resource, "small", Body);
        var before = PeakMemory(process);

        var answer = await publisher.PublishAsync(resource, "large", new LargeContent(LargeBody));

        var after = PeakMemory(process);
        output.WriteLine($"{LargeBody >> 20} MiB published, {answer.Number("accepted")} rows; peak memory {before >> 20} MiB before, {after >> 20} MiB after");
        Assert.Equal(200, answer.Status);
        Assert.InRange(after - before, 0, MemoryAllowed);
        await process.DisposeAsync();
    }

    /// <summary>As a publisher's program does: what the exchange cannot take at the moment is sent again under its key.</summary>
    private static async Task<PublishAnswer> InsistAsync(PublisherClient publisher, string resource, string key, string body)
    {
        PublishAnswer? answer = null;
        await Eventually.TrueAsync(async () => (answer = await publisher.PublishAsync(resource, key, body)).Status != 503, TimeSpan.FromSeconds(60));
        return answer!;
    }

    private Task<long> BatchesAsync(string resource) =>
        Publisher.CountAsync($"SELECT count(*) FROM catalog.batch b JOIN catalog.resource r USING (resource_id) WHERE r.name = '{resource}'");

    /// <summary>Each row is stored, and was so by exactly one entry of the feed.</summary>
    private async Task StoredOnceAsync(string resource)
    {
        Assert.Equal(Rows, await Publisher.CountAsync($"SELECT count(*) FROM store.{resource} WHERE title = '第' || id || '号' AND id BETWEEN 1 AND {Rows}"));
        Assert.Equal(Rows, await Publisher.FeedAsync(resource));
        Assert.Equal(Rows, await Publisher.CountAsync($"SELECT head FROM catalog.feed JOIN catalog.resource USING (resource_id) WHERE name = '{resource}'"));
    }

    private static long PeakMemory(HostProcess process)
    {
        var line = File.ReadLines($"/proc/{process.ProcessId.ToString(CultureInfo.InvariantCulture)}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Lines without end, made as they are sent: few rows change, so that the time goes into reading and comparing.</summary>
    private sealed class LargeContent(long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var padding = new string(' ', 900);
            for (long sent = 0, n = 0; sent < length; n++)
            {
                var line = Encoding.UTF8.GetBytes($"{{\"id\":{n % Rows},{padding}\"title\":\"第{n % Rows}号\",\"amount\":{n % Rows}.25}}\n");
                await stream.WriteAsync(line);
                sent += line.Length;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
