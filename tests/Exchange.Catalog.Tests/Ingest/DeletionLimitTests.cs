using Exchange.Catalog.Ingest;
using Exchange.Catalog.Tests.Kit;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

public sealed class DeletionLimitTests
{
    [Theory]
    [InlineData(1000, 500, false)]
    [InlineData(1000, 501, true)]
    [InlineData(150, 100, true)]
    [InlineData(150, 99, false)]
    [InlineData(100, 100, true)]
    [InlineData(99, 99, false)]
    [InlineData(0, 0, false)]
    [InlineData(long.MaxValue, long.MaxValue, true)]
    public void IsExceeded_ShareAndNumber_BothCount(long rows, long deleted, bool exceeded) =>
        Assert.Equal(exceeded, new DeletionLimit(50, 100).IsExceeded(rows, deleted));

    [Fact]
    public void IsExceeded_HundredPercent_LetsEverySnapshotPass() => Assert.False(new DeletionLimit(100, 1).IsExceeded(1_000_000, 1_000_000));
}

[Trait("Cost", "Servers")]
public sealed class DeletionHoldTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 300).Select(i => new Item($"id-{i:000}", i, "330106", null, i))];

    [Fact]
    public async Task SnapshotEnd_DeletingMostRows_HoldsAndChangesNothingUntilReleased()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SnapshotAsync(Items[..100]);

        var held = await stream.StatusAsync();
        Assert.Equal(("held", "snapshot_deletes_most", true), (held.State, held.HeldCode, held.InSnapshot));
        Assert.Contains("200 of 300", held.HeldReason, StringComparison.Ordinal);
        Assert.Equal(Items, await stream.StoredAsync());
        Assert.Empty(await stream.FeedAsync());

        var released = await stream.ReleaseAsync();
        Assert.Equal(("open", false, 500L), (released.State, released.InSnapshot, released.Head));
        Assert.Equal(Items[..100], await stream.StoredAsync());
        Assert.Equal(Enumerable.Repeat('D', 200), (await stream.FeedAsync()).Select(e => e.Op));
    }

    [Fact]
    public async Task SnapshotEnd_DeletingHalf_Passes()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SnapshotAsync(Items[..150]);
        Assert.Equal("open", (await stream.StatusAsync()).State);
        Assert.Equal(Items[..150], await stream.StoredAsync());
    }

    [Fact]
    public async Task SnapshotEnd_EmptyDumpOfSmallTable_Passes()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..99]);
        await stream.SnapshotAsync();
        Assert.Equal("open", (await stream.StatusAsync()).State);
        Assert.Empty(await stream.StoredAsync());
    }
}
