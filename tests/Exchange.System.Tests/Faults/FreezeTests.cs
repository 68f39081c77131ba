using Exchange.Testing.Faults;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>A process stands still for longer than its peers wait for a sign of life, while changes flow. The time counts from its going on.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class FreezeTests(FaultYard yard, ITestOutputHelper output) : IClassFixture<FaultYard>
{
    private const int Rounds = 1;
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan StandsStill = TimeSpan.FromSeconds(8);

    [Theory]
    [InlineData(Victim.Adapter)]
    [InlineData(Victim.Catalogue)]
    [InlineData(Victim.Broker)]
    public Task Freeze_WhileChangesFlow_LosesNothingAndRepeatsNothing(Victim victim)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(
            $"freeze {victim}", Rounds,
            random => yard.Run.RoundAsync(
                random, LongestBefore,
                async clock =>
                {
                    await ProcessSignal.FreezeAsync(ProcessIdOf(victim), StandsStill, cancellation);
                    clock.Ended();
                },
                cancellation),
            output);
    }

    private int ProcessIdOf(Victim victim) => victim switch
    {
        Victim.Adapter => yard.Run.Adapter.ProcessId,
        Victim.Catalogue => yard.Run.Bench.Platform.CatalogHost.ProcessId,
        _ => yard.Run.Bench.Platform.Broker.ProcessId,
    };
}
