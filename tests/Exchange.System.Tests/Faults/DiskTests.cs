using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>A full disk of the platform's database, of the broker and of a consumer.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class DiskTests(DiskYard yard, ITestOutputHelper output) : IClassFixture<DiskYard>
{
    [Theory]
    [InlineData(Store.PlatformData)]
    [InlineData(Store.BrokerData)]
    [InlineData(Store.TargetData)]
    public Task Disk_Full_IntakeStopsVisiblyAndGoesOnByItselfOnceThereIsRoom(Store store) =>
        FullDisk.PlayAsync(yard, store, rounds: 1, FaultReport.WholeInShortRunsWithin, output);
}
