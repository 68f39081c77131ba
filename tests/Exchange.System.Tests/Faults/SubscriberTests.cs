using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>A slow target, and a dead reader beside forty-nine that live.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class SubscriberTests(ProxiedYard yard, ITestOutputHelper output) : IClassFixture<ProxiedYard>
{
    // A short run on a shared machine: it shows that nobody waits for the dead one, not the last per cent.
    private const double Margin = 2;

    // A p99 of two seconds swings by more than that beside other tests: the median of three pairs was seen to fail where ten gave 0.62.
    private const int Pairs = 5;
    private const int BytesPerSecond = 40_000;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    [Fact]
    public Task Target_Slow_HoldsNobodyElseUpAndGetsEverything()
    {
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(
            "slow target", 1,
            random => yard.Run.RoundAsync(
                random, TimeSpan.Zero,
                async clock =>
                {
                    yard.Links[Link.SinkToTarget].Throttle(BytesPerSecond);
                    var latencies = await Readers.MeasureAsync(yard.Run.Bench, readers: 5, Slow, cancellation);
                    Assert.InRange(latencies.P99, TimeSpan.Zero, Answer);
                    yard.Links[Link.SinkToTarget].Pass();
                    clock.Ended();
                },
                cancellation),
            output);
    }

    [Fact]
    public async Task Subscriber_OneOfFiftyDead_TheOthersDoNotNotice()
    {
        var ratio = await DeadReader.CompareAsync(yard.Run.Bench, Span, Pairs, output, TestContext.Current.CancellationToken);
        Assert.InRange(ratio, 0, Margin);
    }
}
