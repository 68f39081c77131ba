using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>The disk of each store, full again and again.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class LongDiskTests(DiskYard yard, ITestOutputHelper output) : IClassFixture<DiskYard>
{
    private const int Times = 3;

    [Theory]
    [InlineData(Store.PlatformData)]
    [InlineData(Store.PlatformLog)]
    [InlineData(Store.BrokerData)]
    [InlineData(Store.TargetData)]
    public Task Disk_FullAgainAndAgain_IntakeStopsVisiblyAndGoesOnByItselfOnceThereIsRoom(Store store) =>
        FullDisk.PlayAsync(yard, store, Times, FaultReport.WholeWithin, output);
}
