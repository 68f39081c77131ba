using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Messages.V1;
using Xunit;

namespace Exchange.Catalog.Tests.Quarantine;

[Trait("Cost", "Servers")]
public sealed class RevalidateQuarantineTests(CatalogFixture fixture) : QuarantineCase(fixture), IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task Revalidate_AfterANewVersion_ReleasesWhatPassesNowInOrder()
    {
        await using var stream = await LoadedAsync([.. Items[..10], Items[20].Broken(), Items[21].Broken(), Items[22] with { Region = "太长的行政区划" }]);
        var ids = await IdsAsync(stream);
        var head = (await stream.FeedPlaceAsync()).Head;
        await RegisterWiderAsync(stream);

        var answer = CatalogFixture.Ok(await RevalidateAsync(stream));
        var again = CatalogFixture.Ok(await RevalidateAsync(stream));

        Assert.Equal(new QuarantineRevalidated(3, 2, null), answer);
        Assert.Equal(new QuarantineRevalidated(1, 0, null), again);
        Assert.Equal([.. Items[..10], Items[20].Broken(), Items[21].Broken()], await stream.StoredAsync());
        Assert.Equal([(head + 1, "k0021"), (head + 2, "k0022")], (await stream.FeedAsync()).Select(f => (f.Offset, f.Id)));
        Assert.Equal(["revalidate released  clerk"], await ActionsAsync(ids[0]));
    }
}
