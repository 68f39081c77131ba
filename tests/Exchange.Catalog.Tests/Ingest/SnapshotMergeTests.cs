using Exchange.Catalog.Ingest;
using Exchange.Catalog.Streams;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Messages.V1;
using Exchange.Testing;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

[Trait("Cost", "Servers")]
public sealed class SnapshotMergeTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 40).Select(i => Item.Of(i))];

    [Fact]
    public async Task Snapshot_Unchanged_TakesNoOffsets()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SnapshotAsync(Items);

        Assert.Equal((40, 40, false), await stream.FeedPlaceAsync());
        Assert.Empty(await stream.FeedAsync());
    }

    [Fact]
    public async Task Snapshot_WithDifferences_FeedsExactlyThem()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        var moved = Items[3] with { Region = "330108" };
        var noted = Items[5] with { Note = "新", Amount = 2m };
        var added = Item.Of(900, region: "110101");
        await stream.SnapshotAsync([.. Items[..3], moved, Items[4], noted, .. Items[6..39], added]);

        Assert.Equal([.. Items[..3], moved, Items[4], noted, .. Items[6..39], added], await stream.StoredAsync());
        Assert.Equal(
            [
                new FeedEntry(41, 'U', 1 << 2, moved.Id, moved.Part, "330106", "330108"),
                new FeedEntry(42, 'U', (1 << 3) | (1 << 4), noted.Id, noted.Part, "330106", "330106"),
                new FeedEntry(43, 'I', MergeSql.AllBits, added.Id, added.Part, null, "110101"),
                new FeedEntry(44, 'D', MergeSql.AllBits, Items[39].Id, Items[39].Part, "330106", null),
            ],
            await stream.FeedAsync());
        Assert.Equal((44, 40, false), await stream.FeedPlaceAsync());
        var offsets = await stream.OffsetsAsync();
        Assert.Equal((41, 42, 43, 1), (offsets[moved.Key], offsets[noted.Key], offsets[added.Key], offsets[Items[0].Key]));
    }

    [Fact]
    public async Task Snapshot_BrokenRowWithAReadableKey_KeepsItsGoodPredecessor()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..5]);
        await stream.SnapshotAsync([Items[0], Items[1].Broken(), .. Items[2..4]]);

        Assert.Equal(Items[..4], await stream.StoredAsync());
        Assert.Single(await stream.QuarantineAsync());
        Assert.Equal('D', Assert.Single(await stream.FeedAsync()).Op);
    }

    [Fact]
    public async Task Snapshot_BrokenRowThenGoodRowOfTheSameKey_StoresTheGoodOne()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..2]);
        var mended = Items[1] with { Note = "好" };
        await stream.SendAsync(stream.Start(), stream.Rows(Items[0], Items[1].Broken()), stream.Rows(mended), stream.End());

        Assert.Equal([Items[0], mended], await stream.StoredAsync());
    }

    [Fact]
    public async Task Snapshot_KeyTwice_KeepsTheFirstAsTheFirstLoadDoes()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..2]);
        await stream.SendAsync(
            stream.Start(), stream.Rows(Items[0] with { Note = "一" }, Items[0] with { Note = "二" }), stream.Rows(Items[1], Items[0] with { Note = "三" }), stream.End());

        Assert.Equal([Items[0] with { Note = "一" }, Items[1]], await stream.StoredAsync());
        Assert.Equal([(5L, 1), (6L, 1)], (await stream.QuarantineAsync()).Select(q => (q.Sequence, q.Row)));
    }

    [Fact]
    public async Task Snapshot_StartedOver_ForgetsTheKeysSeenBefore()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..4]);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..3]));
        await stream.OpenAsync();
        await stream.SnapshotAsync(Items[1..4]);

        Assert.Equal(Items[1..4], await stream.StoredAsync());
        Assert.Equal((Items[0].Id, 'D'), (await stream.FeedAsync()).Select(f => (f.Id, f.Op)).Single());
    }

    [Fact]
    public async Task Snapshots_RandomAndCutAnywhere_FeedTheBruteForceDifference() => await Seeds.RunAsync(async (random, _) =>
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var stored = new SortedDictionary<(string, long), Item>();
        var fed = 0;
        for (var round = 0; round < 25; round++)
        {
            var next = Enumerable.Range(1, 30).Where(_ => random.Next(4) > 0)
                .Select(i => Item.Of(i, $"33010{random.Next(2)}", random.Next(3) == 0 ? "注" : null, random.Next(2)))
                .ToDictionary(i => i.Key);
            var shuffled = next.Values.ToArray();
            random.Shuffle(shuffled);
            await stream.SendAsync(stream.Start());
            for (var at = 0; at < shuffled.Length;)
            {
                var size = Math.Min(random.Next(1, 12), shuffled.Length - at);
                await stream.SendAsync(stream.Rows(shuffled[at..(at + size)]));
                at += size;
            }

            await stream.SendAsync(stream.End());
            var expected = round == 0
                ? []
                : next.Values.Where(i => !stored.TryGetValue(i.Key, out var old)).Select(i => (i.Id, Op: 'I', (string?)null, (string?)i.Region))
                    .Concat(next.Values.Where(i => stored.TryGetValue(i.Key, out var old) && old != i).Select(i => (i.Id, 'U', (string?)stored[i.Key].Region, (string?)i.Region)))
                    .Concat(stored.Values.Where(i => !next.ContainsKey(i.Key)).Select(i => (i.Id, 'D', (string?)i.Region, (string?)null)))
                    .Order().ToList();
            var feed = await stream.FeedAsync();
            Assert.Equal(expected, feed.Skip(fed).Select(f => (f.Id, f.Op, f.Before, f.After)).Order());
            fed = feed.Count;
            Assert.Equal(Item.Sorted(next.Values), await stream.StoredAsync());
            stored = new(next);
        }

        var place = await stream.FeedPlaceAsync();
        Assert.Equal(fed, place.Head - place.LoadEnd);
    });

    [Fact]
    public async Task Snapshot_ChangesBetweenItsRows_CountAsSeen()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..6]);
        var changed = Items[4] with { Note = "改" };
        // 0 and 1 come as rows; 2 is deleted and 4 changed meanwhile, 4 before and 1 after its chunk; 3 and 5 are gone unseen.
        await stream.SendAsync(
            stream.Start(), stream.Changes(Change.Put(changed), Change.Delete(Items[2])), stream.Rows(Items[0], Items[1]),
            stream.Changes(Change.Put(Items[1] with { Amount = 9m })), stream.Rows(changed), stream.End());

        Assert.Equal([Items[0], Items[1] with { Amount = 9m }, changed], await stream.StoredAsync());
        Assert.Empty(await stream.QuarantineAsync());
        Assert.False((await stream.StatusAsync()).InSnapshot);
    }

    [Fact]
    public async Task FirstLoad_ChangesBetweenItsRows_GoesOnAsASnapshot()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var changed = Items[3] with { Note = "改" };
        await stream.SendAsync(
            stream.Start(), stream.Rows(Items[..3]), stream.Changes(Change.Put(changed), Change.Delete(Items[0])), stream.Rows(changed, Items[4]), stream.End());

        Assert.Equal([Items[1], Items[2], changed, Items[4]], await stream.StoredAsync());
        Assert.Empty(await stream.QuarantineAsync());
        var place = await stream.FeedPlaceAsync();
        Assert.Equal((3, false), (place.LoadEnd, place.Loading));
    }

    [Fact]
    public async Task Note_UntilTheNextSnapshotEnds_StaysWithTheStream()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..2]);
        var note = new NoteStream(stream.Opened.Stream, stream.Opened.Epoch, "resync_required", "the replication slot is missing");
        CatalogFixture.Ok(await NoteStreamHandler.HandleAsync(note, fixture.Database, fixture.Time, CancellationToken.None));
        Assert.True((await NoteStreamHandler.HandleAsync(note with { Epoch = 99 }, fixture.Database, fixture.Time, CancellationToken.None)).IsError);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..2]));
        Assert.Equal(("resync_required", "the replication slot is missing"), ((await stream.StatusAsync()).NoteCode, (await stream.StatusAsync()).NoteReason));
        await stream.SendAsync(stream.End());
        Assert.Null((await stream.StatusAsync()).NoteCode);
    }
}
