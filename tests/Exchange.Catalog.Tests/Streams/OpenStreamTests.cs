using Exchange.Catalog.Streams;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Xunit;

namespace Exchange.Catalog.Tests.Streams;

[Trait("Cost", "Servers")]
public sealed class OpenStreamTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task Open_AnewByTheSameProcess_RaisesTheEpoch()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);

        Assert.Equal(stream.Opened.Epoch + 1, CatalogFixture.Ok(await OpenAsync(stream.Opening())).Epoch);
    }

    [Fact]
    public async Task Open_ByAnotherProcess_RaisesTheEpoch()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);

        Assert.Equal(stream.Opened.Epoch + 1, CatalogFixture.Ok(await OpenAsync(stream.Opening() with { Opener = Guid.CreateVersion7(), Opening = 1 })).Epoch);
    }

    [Fact]
    public async Task Open_DeliveredTwice_LeavesTheEpoch()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var request = stream.Opening();

        var first = CatalogFixture.Ok(await OpenAsync(request));
        var again = CatalogFixture.Ok(await OpenAsync(request));

        Assert.Equal(first, again);
        Assert.Equal(first.Epoch, (await stream.StatusAsync()).Epoch);
    }

    [Fact]
    public async Task Open_ArrivingAfterALaterOneOfTheSameProcess_FencesNobody()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var late = stream.Opening();
        var later = CatalogFixture.Ok(await OpenAsync(stream.Opening()));

        Assert.Equal(ErrorCodes.ResourceBusy, (await OpenAsync(late)).Error?.Code);
        Assert.Equal(later.Epoch, (await stream.StatusAsync()).Epoch);
    }

    private Task<Result<StreamOpened>> OpenAsync(OpenStream request) => OpenStreamHandler.HandleAsync(request, fixture.Database, fixture.Time, CancellationToken.None);
}
