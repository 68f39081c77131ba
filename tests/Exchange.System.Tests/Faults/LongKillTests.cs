using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>The long run of kills over a source that is read whole again and again.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class LongKillTests(LongYard yard, ITestOutputHelper output) : IClassFixture<LongYard>
{
    [Fact]
    public Task Kill_AHundredTimesOverHalfAMillionRecords_LosesNothingAndRepeatsNothing() => LongKills.PlayAsync("long run", yard, TimeSpan.FromMilliseconds(1_500), output);
}
