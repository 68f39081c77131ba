using Exchange.Standalone.Demonstration;
using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>
/// Whoever follows the cursor sees every committed change once, in order, without a gap: while the gateway dies, and while two catalogues commit of which one
/// loses transactions just before its commit and forgets answers just after it.
/// </summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class FollowerTests(FaultYard yard, ITestOutputHelper output) : IClassFixture<FaultYard>
{
    private const string BetweenTheLines = "ingest.before-commit=throw:0.1;ingest.after-commit=throw:0.1";
    private const int Followers = 4;
    private const int Rounds = 4;

    [Fact]
    public async Task Follow_GatewayKilledAndCommitsLost_SeesEveryChangeOnceAndInOrder()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var run = yard.Run;
        await using var clumsy = await run.Bench.Platform.StartCatalogueAsync("Exchange.Catalog.clumsy", ("EXCHANGE_FAILPOINTS", BetweenTheLines));
        var cursor = await run.CursorAsync(cancellation);
        var head = await run.Bench.StoreScalarAsync(FaultSql.FeedHead, "name", FaultBench.Resource, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var followers = Enumerable.Range(0, Followers).Select(_ => FollowAsync(run.Bench, cursor, stop.Token, cancellation)).ToArray();

        await FaultReport.PlayAsync(
            "followers", Rounds,
            random => run.RoundAsync(
                random, TimeSpan.FromMilliseconds(400),
                async clock =>
                {
                    // Whoever is active now consumes next to nobody: the clumsy one takes over.
                    await run.Bench.Platform.CatalogHost.KillAsync();
                    await Killing.KillAndRestartAsync(run, Victim.Gateway, random, clock, cancellation);
                    await run.Bench.Platform.CatalogHost.RestartAsync();
                },
                cancellation),
            output);

        await stop.CancelAsync();
        var feed = await run.Bench.FeedAsync(head, cancellation);
        Assert.Equal(feed.Count, feed[^1].Offset - head);
        foreach (var seen in await Task.WhenAll(followers)) AssertFollows(feed, seen);
    }

    /// <summary>What was seen is the feed, in its order; only an entry whose row a later entry changes again may have been left out.</summary>
    private static void AssertFollows(IReadOnlyList<(long Offset, long Key, string Operation)> feed, List<(long Key, string Operation)> seen)
    {
        var last = feed.GroupBy(f => f.Key).ToDictionary(g => g.Key, g => g.Max(f => f.Offset));
        var next = 0;
        foreach (var (offset, key, operation) in feed)
        {
            if (next < seen.Count && seen[next] == (key, operation)) next++;
            else Assert.True(offset < last[key], $"Offset {offset} ({operation} of {key}) was never seen.");
        }

        Assert.Equal(seen.Count, next);
    }

    /// <summary>Reads page after page; goes on from its cursor where an answer was lost; ends with what is there when told to.</summary>
    private static async Task<List<(long Key, string Operation)>> FollowAsync(FaultBench bench, string cursor, CancellationToken stop, CancellationToken cancellation)
    {
        var seen = new List<(long, string)>();
        while (true)
        {
            var isLast = stop.IsCancellationRequested;
            ChangePages pages;
            try
            {
                pages = await ChangePages.ReadAsync(bench.Reader, FaultBench.Resource, "id", cursor, cancellation);
            }
            catch (Exception e) when (!isLast && e is HttpRequestException or DemonstrationException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
                continue;
            }

            seen.AddRange(pages.Operations.Select(o => (long.Parse(o.Key), o.Operation)));
            cursor = pages.Cursor;
            if (isLast) return seen;
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }
    }
}
