using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

[Trait("Cost", "Servers")]
public sealed class StagingTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private const int BatchRows = 50;

    /// <summary>A table of as many rows as may lie dead, and of those of one batch, each below so many bytes with its page's share.</summary>
    private const long MostBytes = (Stages.MostDead + BatchRows) * 200L;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stage_ManySmallBatchesOfTwoResources_IsEmptyAfterEachAndStaysSmall()
    {
        await using var connection = await IngestConnection.OpenAsync(fixture.Database, fixture.Time, Cancellation);
        await using var one = await StreamDriver.StartAsync(fixture);
        await using var other = await StreamDriver.StartAsync(fixture);
        for (var round = 0; round < 2 * Stages.MostDead / BatchRows; round++)
        {
            foreach (var stream in (StreamDriver[])[one, other])
            {
                await TakeAsync(connection, stream.Changes(Changes(round)), Admission.Accept);
                Assert.Equal(0, await connection.CountAsync($"SELECT count(*) FROM {StageOf(stream)}", Cancellation));
            }
        }

        Assert.InRange(await connection.CountAsync($"SELECT pg_relation_size('{StageOf(one)}')", Cancellation), 1, MostBytes);
        Assert.Equal(BatchRows, (await other.StoredAsync()).Count);
    }

    [Fact]
    public async Task Stage_BatchThatIsRolledBackHalfWay_IsEmptyForTheNext()
    {
        await using var connection = await IngestConnection.OpenAsync(fixture.Database, fixture.Time, Cancellation);
        await using var stream = await StreamDriver.StartAsync(fixture);
        await TakeAsync(connection, stream.Changes(Changes(0)), Admission.Accept);
        var torn = stream.Changes(Changes(1));
        // Its rows are in the staging table before the end shows that they are not what the header says.
        await TakeAsync(connection, torn with { Header = torn.Header with { Sha256 = new string('0', 64) } }, Admission.Held);
        Assert.Equal(0, await connection.CountAsync($"SELECT count(*) FROM {StageOf(stream)}", Cancellation));
        Assert.Equal(Item.Of(1), (await stream.StoredAsync())[0]);
    }

    private static Change[] Changes(int round) => [.. Enumerable.Range(1, BatchRows).Select(i => Change.Put(Item.Of(i) with { Amount = Item.Of(i).Amount + round }))];

    private static string StageOf(StreamDriver stream) => $"pg_temp.{Sql.Quote($"{stream.Resource.Name}__stage_1")}";

    private async Task TakeAsync(IngestConnection connection, RecordBatch batch, Admission expected)
    {
        var outcome = await BatchAttempts.RunAsync(connection, batch, BatchPolicy.Normal, fixture.Time, NullLogger.Instance, Cancellation);
        Assert.Equal(expected, outcome.Admission);
    }
}
