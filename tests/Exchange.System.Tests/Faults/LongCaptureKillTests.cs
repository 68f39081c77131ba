using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>The long run of kills over a source whose changes are captured from its log: they are on their way for a shorter time.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class LongCaptureKillTests(LongCapturingYard yard, ITestOutputHelper output) : IClassFixture<LongCapturingYard>
{
    [Fact]
    public Task Kill_AHundredTimesOverHalfAMillionCapturedRecords_LosesNothingAndRepeatsNothing() =>
        LongKills.PlayAsync("long run, captured", yard, TimeSpan.FromMilliseconds(400), output);
}
