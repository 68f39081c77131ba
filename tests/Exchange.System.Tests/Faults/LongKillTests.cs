using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Two hundred kills, each of a process drawn at random, over a million changes of records.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class LongKillTests(LongYard yard, ITestOutputHelper output) : IClassFixture<LongYard>
{
    private const int Kills = 200;
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(1_500);
    private static readonly Victim[] Victims = Enum.GetValues<Victim>();

    [Fact]
    public async Task Kill_TwoHundredTimesOverAMillionRecords_LosesNothingAndRepeatsNothing()
    {
        Assert.InRange(Kills * FaultLoad.Long.Changes, 1_000_000, int.MaxValue);
        var cancellation = TestContext.Current.CancellationToken;
        await FaultReport.PlayAsync(
            "long run", Kills, FaultReport.WholeWithin,
            random =>
            {
                var victim = Victims[random.Next(Victims.Length)];
                return yard.Run.RoundAsync(random, LongestBefore, clock => Killing.KillAndRestartAsync(yard.Run, victim, random, clock, cancellation), cancellation);
            },
            output);
    }
}
