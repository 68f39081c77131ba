using Exchange.Testing.Faults;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>A process stands still for longer than its peers wait for a sign of life, while changes flow. The time counts from its going on.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class FreezeTests(FaultYard yard, ITestOutputHelper output) : IClassFixture<FaultYard>
{
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
            $"freeze {victim}", 1,
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

    private int ProcessIdOf(Victim victim) => victim == Victim.Broker
        ? yard.Run.Bench.Platform.Broker.ProcessId
        : Killing.HostOf(yard.Run.Bench, victim, yard.Run.Adapter, yard.Run.Sink).ProcessId;
}
