using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Links are cut and go dead again and again; and the readers beside a dead one are measured for long.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class LongLinkTests(ProxiedYard yard, ITestOutputHelper output) : IClassFixture<ProxiedYard>
{
    private const int Faults = 50;
    private const int Pairs = 15;
    private const double OthersWithin = 1.1;
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(600);
    private static readonly Link[] Links = Enum.GetValues<Link>();

    [Fact]
    public Task Link_CutOrDeadAgainAndAgain_LosesNothingAndRepeatsNothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(
            "links", Faults, FaultReport.WholeWithin,
            random =>
            {
                var proxy = yard.Links[Links[random.Next(Links.Length)]];
                Action fault = random.Next(2) == 0 ? proxy.ResetAll : proxy.Forget;
                return yard.Run.RoundAsync(random, LongestBefore, clock => LinkTests.StrikeAsync(fault, clock), cancellation);
            },
            output);
    }

    [Fact]
    public async Task Subscriber_OneOfFiftyDead_TheOthersAreAsQuickAsWithoutIt()
    {
        var ratio = await DeadReader.CompareAsync(yard.Run.Bench, Span, Pairs, output, TestContext.Current.CancellationToken);
        Assert.InRange(ratio, 0, OthersWithin);
    }
}
