using Exchange.Standalone.Platform;
using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Two of what there should be one of.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class FencingTests(FaultYard yard, ITestOutputHelper output) : IClassFixture<FaultYard>
{
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan FencedWithin = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Catalogue_TwoAtOnceAndOneKilled_NothingHasEffectTwice()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var platform = yard.Run.Bench.Platform;
        await using var second = await platform.StartCatalogueAsync("Exchange.Catalog.second");
        await FaultReport.PlayAsync(
            "two catalogues", 3,
            random => yard.Run.RoundAsync(
                random, LongestBefore,
                async clock =>
                {
                    // The other one goes on: the fault is over at once, and the killed one comes back beside it.
                    var victim = random.Next(2) == 0 ? platform.CatalogHost : second;
                    await victim.KillAsync();
                    clock.Ended();
                    await victim.RestartAsync();
                },
                cancellation),
            output);
    }

    [Fact]
    public async Task Adapter_SecondOneOnTheSameSource_FencesTheFirstAndNothingHasEffectTwice()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var run = yard.Run;
        await FaultReport.PlayAsync("two adapters", 2, random => RoundAsync(run, random, cancellation), output);
    }

    private static async Task<Outcome> RoundAsync(FaultRun run, Random random, CancellationToken cancellation)
    {
        HostProcess? second = null;
        var outcome = await run.RoundAsync(
            random, LongestBefore,
            async clock =>
            {
                clock.Ended();
                second = await run.Bench.StartTwinAsync();
            },
            cancellation);
        await Eventually.TrueAsync(() => run.Adapter.Completion.IsFaulted, FencedWithin);
        var ended = await Assert.ThrowsAsync<InvalidOperationException>(() => run.Adapter.Completion);
        Assert.Contains("stream_fenced", ended.Message, StringComparison.Ordinal);
        await second!.DisposeAsync();
        // Else the next round's second one may open the stream before this one does, and be fenced by it.
        var epoch = await EpochAsync(run, cancellation);
        await run.Adapter.RestartAsync();
        await Eventually.TrueAsync(async () => await EpochAsync(run, cancellation) > epoch, FencedWithin);
        return outcome;
    }

    private static Task<long> EpochAsync(FaultRun run, CancellationToken cancellation) => run.Bench.StoreScalarAsync(FaultSql.Epoch, "name", FaultBench.Resource, cancellation);
}
