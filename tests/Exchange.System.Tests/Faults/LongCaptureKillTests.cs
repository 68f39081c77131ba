using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>The long run of kills over a source whose changes are captured from its log.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class LongCaptureKillTests(LongCapturingYard yard, ITestOutputHelper output) : IClassFixture<LongCapturingYard>
{
    [Fact]
    public Task Kill_AHundredTimesOverHalfAMillionCapturedRecords_LosesNothingAndRepeatsNothing() => LongKills.PlayAsync("long run, captured", yard, output);
}
