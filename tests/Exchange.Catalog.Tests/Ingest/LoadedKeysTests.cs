using Exchange.Catalog.Resources;
using Exchange.Catalog.Tests.Kit;
using Exchange.Testing;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

/// <summary>A first load that is too large to keep the index of its keys.</summary>
[Trait("Cost", "Servers")]
public sealed class LoadedKeysTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 60).Select(i => Item.Of(i, note: i % 2 == 0 ? "注" : null))];

    private sealed record SetAside(long Sequence, int Row, string State, byte[] Tuple, byte[] Key, string Reasons);

    [Fact]
    public async Task Snapshot_LargerThanTheIndexedRows_HasNoKeyIndexUntilItsEnd()
    {
        await using var stream = await StartAsync(30);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..30]));
        Assert.True(await IsIndexedAsync(stream));
        await stream.SendAsync(stream.Rows(Items[30..50]));
        Assert.False(await IsIndexedAsync(stream));
        await stream.SendAsync(stream.Rows(Items[50..]), stream.End());

        Assert.True(await IsIndexedAsync(stream));
        Assert.Equal(Items, await stream.StoredAsync());
        Assert.Equal((60, 60, false), await stream.FeedPlaceAsync());
    }

    [Fact]
    public async Task Snapshot_OfRowsThatKnowTheirLine_KeepsTheIndex()
    {
        await using var stream = await StartAsync(0);
        await stream.SendAsync(stream.Start());
        var rows = stream.Rows(Items[..20]);
        await stream.SendAsync(rows with { Header = rows.Header with { Lines = "2+1*19/a.csv" } });
        Assert.True(await IsIndexedAsync(stream));
    }

    [Fact]
    public async Task Snapshot_KeyOfAnEarlierBatch_IsSetAsideAtTheEndAtItsPlace()
    {
        await using var stream = await StartAsync(0);
        var later = Items[0] with { Note = "后" };
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..20]), stream.Rows(Items[20], Items[21].Broken(), later, Items[22].Broken(), Items[23]), stream.End());

        Assert.Equal([.. Items[..21], Items[23]], await stream.StoredAsync());
        var records = await SetAsideAsync(stream);
        Assert.Equal([(3L, 1), (3L, 2), (3L, 3)], records.Select(r => (r.Sequence, r.Row)));
        Assert.Equal("open", records[1].State);
        Assert.Equal(Change.Body([later]), records[1].Tuple);
        Assert.Equal("""[{"code": "key_duplicate", "field": null, "limit": null}]""", records[1].Reasons);
        var status = await stream.StatusAsync();
        Assert.Equal((22L, 3L), (status.RowsAccepted, status.RowsQuarantined));
        Assert.Equal((0, 1), (await fixture.ListAsync(
            "SELECT rows_received, rows_quarantined FROM catalog.batch WHERE stream_id = $1 ORDER BY sequence DESC LIMIT 1",
            r => (r.GetInt32(0), r.GetInt32(1)), stream.Opened.Stream.Value)).Single());
    }

    [Fact]
    public async Task Snapshot_KeyManyTimes_LeavesOnlyTheLastWaiting()
    {
        await using var stream = await StartAsync(0);
        await stream.SendAsync(
            stream.Start(), stream.Rows(Items[0], Items[0] with { Note = "二" }), stream.Rows(Items[0] with { Note = "三" }, Items[1]), stream.Rows(Items[1] with { Note = "二" }, Items[1].Broken()), stream.End());

        Assert.Equal(Items[..2], await stream.StoredAsync());
        Assert.Equal(
            [(2L, 1, "overtaken"), (3L, 0, "open"), (4L, 0, "overtaken"), (4L, 1, "open")],
            (await SetAsideAsync(stream)).Select(r => (r.Sequence, r.Row, r.State)));
    }

    [Fact]
    public async Task Snapshot_TooManyKeysTwice_HoldsItsEndAndIsReadAfterTheRelease()
    {
        await using var stream = await StartAsync(0);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..40]), stream.Rows([.. Items[..11].Select(i => i with { Note = "后" })]), stream.End());

        Assert.Equal("batch_over_threshold", (await stream.StatusAsync()).HeldCode);
        Assert.True((await stream.FeedPlaceAsync()).Loading);
        await stream.ReleaseAsync();
        Assert.Equal(Items[..40], await stream.StoredAsync());
        Assert.Equal(Enumerable.Range(0, 11).Select(i => (3L, i, "open")), (await SetAsideAsync(stream)).Select(r => (r.Sequence, r.Row, r.State)));
        Assert.Equal(("open", 4L, false), ((await stream.StatusAsync()).State, (await stream.StatusAsync()).CommittedSequence, (await stream.FeedPlaceAsync()).Loading));
        Assert.True(await IsIndexedAsync(stream));
    }

    [Fact]
    public async Task Snapshot_StartedOver_IsIndexedAgain()
    {
        await using var stream = await StartAsync(50);
        await stream.SendAsync(stream.Start(), stream.Rows(Items));
        Assert.False(await IsIndexedAsync(stream));
        await stream.OpenAsync();
        await stream.SendAsync(stream.Start());
        Assert.True(await IsIndexedAsync(stream));
        await stream.SendAsync(stream.Rows(Items[..20]), stream.End());

        Assert.Equal(Items[..20], await stream.StoredAsync());
        Assert.True(await IsIndexedAsync(stream));
    }

    [Fact]
    public async Task Changes_BetweenTheRows_MakeTheIndexAndSetTheLaterRowsAside()
    {
        await using var stream = await StartAsync(0);
        var changed = Items[3] with { Note = "改" };
        await stream.SendAsync(
            stream.Start(), stream.Rows(Items[..3]), stream.Rows(Items[1] with { Note = "后" }), stream.Changes(Change.Put(changed), Change.Delete(Items[0])));
        Assert.True(await IsIndexedAsync(stream));
        await stream.SendAsync(stream.Rows(changed, Items[4]), stream.End());

        Assert.Equal([Items[1], Items[2], changed, Items[4]], await stream.StoredAsync());
        Assert.Equal((3L, 0, "open"), (await SetAsideAsync(stream)).Select(r => (r.Sequence, r.Row, r.State)).Single());
    }

    /// <summary>Whether the index is kept makes no difference to what is stored and what is set aside.</summary>
    [Fact]
    public async Task Snapshots_RandomWithAndWithoutTheIndex_EndAlike() => await Seeds.RunAsync(async (random, _) =>
    {
        await using var with = await StartAsync(long.MaxValue);
        await using var without = await StartAsync(random.Next(3) == 0 ? 10 : 0);
        for (var (batch, bad) = (0, 0); batch < 6; batch++)
        {
            var rows = Enumerable.Range(0, random.Next(0, 12)).Select(i => Item.Of((batch * 20) + i, note: "一")).ToArray();
            for (var i = 0; i < rows.Length && bad < 10; i++)
            {
                if (random.Next(5) > 0) continue;
                rows[i] = Item.Of(random.Next(1, (batch * 20) + 20), note: "二");
                if (random.Next(3) == 0) rows[i] = rows[i].Broken();
                bad++;
            }

            foreach (var stream in new[] { with, without })
            {
                if (batch == 0) await stream.SendAsync(stream.Start());
                await stream.SendAsync(stream.Rows(rows));
            }
        }

        await with.SendAsync(with.End());
        await without.SendAsync(without.End());
        Assert.Equal(await with.StoredAsync(), await without.StoredAsync());
        Assert.Equal(await LinesAsync(with), await LinesAsync(without));
        Assert.Equal(Counts(await with.StatusAsync()), Counts(await without.StatusAsync()));
    });

    private static (string, long, long) Counts(Exchange.Contracts.Messages.V1.StreamStatus status) => (status.State, status.RowsAccepted, status.RowsQuarantined);

    private async Task<IEnumerable<string>> LinesAsync(StreamDriver stream) => (await SetAsideAsync(stream)).Select(
        r => $"{r.Sequence} {r.Row} {r.State} {Convert.ToHexString(r.Tuple)} {Convert.ToHexString(r.Key)} {r.Reasons}");

    private Task<StreamDriver> StartAsync(long indexedRows) => StreamDriver.StartAsync(fixture, indexedRows: indexedRows);

    private async Task<bool> IsIndexedAsync(StreamDriver stream) => await fixture.ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'p')", StoreColumns.Store(stream.Resource.Name));

    private Task<List<SetAside>> SetAsideAsync(StreamDriver stream) => fixture.ListAsync(
        "SELECT sequence, row_number, state, row, key, reasons::text FROM catalog.quarantine WHERE stream_id = $1 ORDER BY sequence, row_number",
        r => new SetAside(r.GetInt64(0), r.GetInt32(1), r.GetString(2), r.GetFieldValue<byte[]>(3), r.GetFieldValue<byte[]>(4), r.GetString(5)),
        stream.Opened.Stream.Value);
}
