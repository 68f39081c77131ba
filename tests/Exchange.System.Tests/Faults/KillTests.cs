using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Each process is ended with SIGKILL while changes flow, again and again.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Name)]
public sealed class KillTests(FaultYard yard, ITestOutputHelper output) : IClassFixture<FaultYard>
{
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(800);

    [Theory]
    [InlineData(Victim.Adapter, 5)]
    [InlineData(Victim.Catalogue, 5)]
    [InlineData(Victim.Broker, 5)]
    [InlineData(Victim.Database, 10)]
    [InlineData(Victim.Gateway, 3)]
    [InlineData(Victim.Sink, 3)]
    public Task Kill_WhileChangesFlow_LosesNothingAndRepeatsNothing(Victim victim, int kills) => Killing.PlayAsync($"kill {victim}", yard, victim, kills, LongestBefore, output);

    [Theory]
    [InlineData(Victim.Broker)]
    [InlineData(Victim.Database)]
    public Task Restart_InOrderWhileChangesFlow_LosesNothingAndRepeatsNothing(Victim victim)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(
            $"restart {victim}", 2, random => yard.Run.RoundAsync(random, LongestBefore, clock => Killing.RestartAsync(yard.Run.Bench, victim, clock, cancellation), cancellation), output);
    }
}
