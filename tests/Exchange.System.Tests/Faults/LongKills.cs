using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>A hundred kills, each of a process drawn at random, over half a million changes of records.</summary>
internal static class LongKills
{
    private const int Kills = 100;
    private static readonly Victim[] Victims = Enum.GetValues<Victim>();

    public static Task PlayAsync(string name, FaultYard yard, TimeSpan longestBefore, ITestOutputHelper output)
    {
        Assert.InRange(Kills * FaultLoad.Long.Changes, 500_000, int.MaxValue);
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(
            name, Kills, FaultReport.WholeWithin,
            random =>
            {
                var victim = Victims[random.Next(Victims.Length)];
                return yard.Run.RoundAsync(random, longestBefore, clock => Killing.KillAndRestartAsync(yard.Run, victim, random, clock, cancellation), cancellation);
            },
            output);
    }
}
