using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>A full disk on the side of the platform and on that of a consumer.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class DiskTests(DiskYard yard, ITestOutputHelper output) : IClassFixture<DiskYard>
{
    [Theory]
    [InlineData(Store.PlatformData)]
    [InlineData(Store.TargetData)]
    public Task Disk_Full_IntakeStopsVisiblyAndGoesOnByItselfOnceThereIsRoom(Store store) =>
        FullDisk.PlayAsync(yard, store, rounds: 1, FaultReport.WholeInShortRunsWithin, output);
}
