using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Xunit;

namespace Exchange.Catalog.Tests.Quarantine;

[Trait("Cost", "Servers")]
public sealed class DiscardQuarantinedTests(CatalogFixture fixture) : QuarantineCase(fixture), IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task Discard_WithAReason_SettlesForGood()
    {
        await using var stream = await LoadedAsync([.. Items[..10], Items[20].Broken()]);
        var id = await OneAsync(stream);
        var request = new DiscardQuarantined(stream.Resource.Name, Owner, id, "测试数据", "clerk");

        var discarded = CatalogFixture.Ok(await DiscardAsync(request));
        var again = CatalogFixture.Ok(await DiscardAsync(request));

        Assert.Equal(("discarded", discarded), (discarded.State, again));
        Assert.Equal(["discard discarded  clerk"], await ActionsAsync(id));
        Assert.Equal(ErrorCodes.QuarantineResolved, (await ReleaseAsync(stream, id, null)).Error!.Code);
        Assert.Equal(ErrorCodes.ParameterInvalid, (await DiscardAsync(request with { Reason = " " })).Error!.Code);
        Assert.Equal(10, (await stream.StoredAsync()).Count);
    }
}
