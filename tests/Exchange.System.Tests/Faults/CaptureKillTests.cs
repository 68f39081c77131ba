using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Processes are ended with SIGKILL while the source's changes are captured from its log, the databases of both departments among them.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Name)]
public sealed class CaptureKillTests(CapturingYard yard, ITestOutputHelper output) : IClassFixture<CapturingYard>
{
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData(Victim.Adapter, 5)]
    [InlineData(Victim.Catalogue, 5)]
    [InlineData(Victim.Broker, 3)]
    [InlineData(Victim.SourceDatabase, 3)]
    [InlineData(Victim.TargetDatabase, 3)]
    public Task Kill_WhileChangesAreCaptured_LosesNothingAndRepeatsNothing(Victim victim, int kills) =>
        Killing.PlayAsync($"captured, kill {victim}", yard, victim, kills, LongestBefore, output);
}
