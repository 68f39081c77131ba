using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Ten kills of each process in the middle of first loads.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class LoadKillTests(ITestOutputHelper output)
{
    private const int Kills = 10;

    [Theory]
    [InlineData(Victim.Adapter)]
    [InlineData(Victim.Catalogue)]
    [InlineData(Victim.Broker)]
    [InlineData(Victim.Database)]
    public async Task Kill_InTheMiddleOfAFirstLoad_LosesNothingAndRepeatsNothing(Victim victim)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var run = await LoadKillRun.StartAsync(cancellation);
        await FaultReport.PlayAsync($"kill {victim} in a first load", Kills, FaultReport.WholeWithin, random => run.RoundAsync(victim, random, cancellation), output);
    }
}
