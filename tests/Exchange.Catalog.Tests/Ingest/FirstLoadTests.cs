using System.Buffers;
using System.Text.Json;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

[Trait("Cost", "Servers")]
public sealed class FirstLoadTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 300).Select(i => Item.Of(i, note: i % 2 == 0 ? "注" : null, amount: i / 100m))];

    [Fact]
    public async Task Rows_WithACellTheSourceCouldNotConvert_NameFileAndLineInQuarantine()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var body = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(body) { Source = "名册.xlsx", Line = 7 };
        writer.StartRow(5);
        writer.WriteBadCell("411023199003071234", BadCellReason.DigitsLost);
        writer.WriteInt64(1);
        writer.WriteText("330106");
        writer.WriteNull();
        writer.WriteNumber(1);
        await stream.SendAsync(stream.Start(), stream.Next(BatchKind.Rows, body.WrittenSpan.ToArray(), 1), stream.End());
        var (_, _, reasons) = Assert.Single(await stream.QuarantineAsync());
        using var json = JsonDocument.Parse(reasons);
        var reason = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(("id", "value_digits_lost", "名册.xlsx:7"), (reason.GetProperty("field").GetString(), reason.GetProperty("code").GetString(), reason.GetProperty("source").GetString()));
    }

    [Fact]
    public async Task Snapshot_IntoEmptyTable_StoresRowsWithOffsetsAndWritesNoFeed()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..200]));

        Assert.Equal((200, 200, true), await stream.FeedPlaceAsync());
        await stream.SendAsync(stream.Rows(Items[200..]), stream.End());

        Assert.Equal(Items, await stream.StoredAsync());
        Assert.Equal((300, 300, false), await stream.FeedPlaceAsync());
        Assert.Empty(await stream.FeedAsync());
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), (await stream.OffsetsAsync()).Values.Order());
        Assert.Equal("brin", await fixture.ScalarAsync<string>(
            "SELECT amname::text FROM pg_class i JOIN pg_am a ON a.oid = i.relam WHERE i.relname = $1", stream.Resource.Name + "__offset"));
        var status = await stream.StatusAsync();
        Assert.Equal((4L, "p4", false, 300L, 0L), (status.CommittedSequence, status.Position, status.InSnapshot, status.RowsAccepted, status.RowsQuarantined));
    }

    [Fact]
    public async Task Snapshot_KeyTwiceInBatch_KeepsTheFirstAndSetsTheSecondAside()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[0], Items[1] with { Note = "先" }, Items[2], Items[1] with { Note = "后" }), stream.End());

        Assert.Equal([Items[0], Items[1] with { Note = "先" }, Items[2]], await stream.StoredAsync());
        var (sequence, row, reasons) = Assert.Single(await stream.QuarantineAsync());
        Assert.Equal((2L, 3), (sequence, row));
        Assert.Contains("key_duplicate", reasons, StringComparison.Ordinal);
        Assert.Equal((3, 3, false), await stream.FeedPlaceAsync());
    }

    [Fact]
    public async Task Snapshot_KeyOfAnEarlierBatch_SetsTheLaterAside()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[0], Items[1]), stream.Rows(Items[2], Items[0] with { Note = "后" }), stream.End());

        Assert.Equal(Items[..3], await stream.StoredAsync());
        Assert.Equal((3L, 1), (await stream.QuarantineAsync()).Select(q => (q.Sequence, q.Row)).Single());
    }

    [Fact]
    public async Task Snapshot_StartedOver_BeginsWithAnEmptyTableAndNewOffsets()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..100]));
        await stream.OpenAsync();
        Assert.True(stream.Opened.InSnapshot);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[50..120]), stream.End());

        Assert.Equal(Items[50..120], await stream.StoredAsync());
        Assert.Equal((170, 170, false), await stream.FeedPlaceAsync());
        Assert.Equal(101, (await stream.OffsetsAsync()).Values.Min());
    }

    [Fact]
    public async Task Snapshot_ContinuedByANewAdapter_GoesOnFromThePosition()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..100]));
        await stream.OpenAsync();
        Assert.Equal("p2", stream.Opened.Position);
        await stream.SendAsync(stream.Rows(Items[100..]), stream.End());

        Assert.Equal(Items, await stream.StoredAsync());
        Assert.Equal((300, 300, false), await stream.FeedPlaceAsync());
    }

    [Fact]
    public async Task Snapshot_BadRow_IsSetAsideAndTheOthersStored()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[0], Items[1].Broken(), Items[2]);

        Assert.Equal([Items[0], Items[2]], await stream.StoredAsync());
        var (_, row, reasons) = Assert.Single(await stream.QuarantineAsync());
        Assert.Equal(1, row);
        Assert.Contains("value_too_long", reasons, StringComparison.Ordinal);
        Assert.DoesNotContain("长", reasons, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_BatchOfManyRuns_IsStoredWhole()
    {
        // The first run of the copy holds nothing but a bad row.
        await using var stream = await StreamDriver.StartAsync(fixture);
        Item[] rows = [Items[0] with { Note = new string('长', 60_000) }, .. Enumerable.Range(1000, 8000).Select(i => Item.Of(i))];
        await stream.SnapshotAsync(rows);

        Assert.Equal(rows[1..], await stream.StoredAsync());
        Assert.Equal(0, (await stream.QuarantineAsync()).Single().Row);
        Assert.Equal((8000, 8000, false), await stream.FeedPlaceAsync());
    }

    [Fact]
    public async Task Snapshot_EmptyBatches_MoveThePositionOnly()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(), stream.Rows(Items[..2]), stream.Rows(), stream.End());
        await stream.SendAsync(stream.Start(), stream.Rows(), stream.Rows(Items[..2]), stream.End());

        Assert.Equal(Items[..2], await stream.StoredAsync());
        Assert.Equal((2, 2, false), await stream.FeedPlaceAsync());
        Assert.Equal("p9", (await stream.StatusAsync()).Position);
    }
}
