using Exchange.Catalog.Ingest;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

[Trait("Cost", "Servers")]
public sealed class ChangesTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 10).Select(i => Item.Of(i))];

    /// <summary>More than are checked in one run.</summary>
    private static readonly Item[] Many = [.. Enumerable.Range(1, 9000).Select(i => Item.Of(i))];

    [Fact]
    public async Task Changes_OfOneKeyInABatch_LeaveOneEntryForTheLast()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SendAsync(stream.Changes(
            Change.Put(Items[0] with { Region = "110101" }),
            Change.Put(Items[0] with { Region = "120101" }),
            Change.Put(Items[1] with { Note = "改" }),
            Change.Delete(Items[1]),
            Change.Delete(Items[2]),
            Change.Put(Items[2])));

        Assert.Equal([Items[0] with { Region = "120101" }, .. Items[2..]], await stream.StoredAsync());
        Assert.Equal(
            [
                new FeedEntry(11, 'U', 1 << 2, Items[0].Id, Items[0].Part, "330106", "120101"),
                new FeedEntry(12, 'D', MergeSql.AllBits, Items[1].Id, Items[1].Part, "330106", null),
            ],
            await stream.FeedAsync());
    }

    [Fact]
    public async Task Changes_WithoutEffect_TakeNoOffset()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SendAsync(stream.Changes(Change.Delete(Item.Of(99)), Change.Put(Items[4]), Change.Put(Items[5] with { Amount = 1.00m })));

        Assert.Equal((10, 10, false), await stream.FeedPlaceAsync());
        Assert.Equal(4, (await stream.StatusAsync()).CommittedSequence);
    }

    [Fact]
    public async Task Changes_IntoAResourceWithoutSnapshot_AreFedFromTheFirst()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Changes(Change.Put(Items[1]), Change.Put(Items[0])));

        Assert.Equal(Items[..2], await stream.StoredAsync());
        Assert.Equal((2, 0, false), await stream.FeedPlaceAsync());
        Assert.Equal([(1L, 'I', Items[0].Id), (2L, 'I', Items[1].Id)], (await stream.FeedAsync()).Select(f => (f.Offset, f.Op, f.Id)));
    }

    [Fact]
    public async Task Changes_WithABadRow_KeepItsPredecessorAndTakeTheOthers()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SendAsync(stream.Changes(Change.Put(Items[0].Broken()), Change.Put(Items[1] with { Note = "改" })));

        Assert.Equal([Items[0], Items[1] with { Note = "改" }, .. Items[2..]], await stream.StoredAsync());
        Assert.Equal((4L, 0), (await stream.QuarantineAsync()).Select(q => (q.Sequence, q.Row)).Single());
    }

    [Fact]
    public async Task Changes_OfManyRuns_AreTakenWholeWithTheirBadRowsSetAside()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Many[..4000]);
        var changes = Many.Select((item, i) => i < 4000 && i % 2 == 0 ? Change.Delete(item) : Change.Put(item with { Note = "改" })).ToArray();
        (changes[1], changes[^1]) = (Change.Put(Many[1].Broken()), Change.Put(Many[^1].Broken()));
        await stream.SendAsync(stream.Changes(changes));

        Item[] expected = [Many[1], .. Many.Where((_, i) => i > 1 && i < Many.Length - 1 && (i >= 4000 || i % 2 == 1)).Select(item => item with { Note = "改" })];
        Assert.Equal(expected, await stream.StoredAsync());
        Assert.Equal([(4L, 1), (4L, Many.Length - 1)], (await stream.QuarantineAsync()).Select(q => (q.Sequence, q.Row)));
        Assert.Equal(Many.Length - 2, (await stream.FeedAsync()).Count);
    }

    [Fact]
    public async Task Changes_OfManyRunsWithAnotherChecksum_HoldTheStreamAndChangeNothing()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        var batch = stream.Changes([.. Many.Select(item => Change.Put(item with { Note = "改" }))]);
        await stream.SendAsync(batch with { Header = batch.Header with { Sha256 = new string('0', 64) } });

        Assert.Equal(("held", "batch_corrupt"), ((await stream.StatusAsync()).State, (await stream.StatusAsync()).HeldCode));
        Assert.Equal(Items, await stream.StoredAsync());
        Assert.Empty(await stream.FeedAsync());
    }

    [Fact]
    public async Task Changes_InsideALaterSnapshot_CountAsSeen()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..3]);
        var added = Item.Of(50);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..2]), stream.Changes(Change.Put(added), Change.Delete(Items[0])), stream.End());

        Assert.Equal([Items[1], added], await stream.StoredAsync());
        Assert.Equal([(4L, 'D'), (5L, 'I'), (6L, 'D')], (await stream.FeedAsync()).Select(f => (f.Offset, f.Op)));
    }

    [Fact]
    public async Task History_InAnyOrderWithRepetitions_EndsAsTheOrderedOne() => await Seeds.RunAsync(async (random, _) =>
    {
        for (var round = 0; round < 6; round++)
        {
            await using var ordered = await StreamDriver.StartAsync(fixture);
            await using var shaken = await StreamDriver.StartAsync(fixture);
            var (first, second) = (new List<RecordBatch>(), new List<RecordBatch>());
            Both(s => s.Start());
            for (var i = 0; i < 3; i++) { var part = Items[(i * 3)..((i + 1) * 3)]; Both(s => s.Rows(part)); }
            Both(s => s.End());
            for (var i = 0; i < 12; i++)
            {
                var changes = Enumerable.Range(0, random.Next(1, 6))
                    .Select(_ => new Change(random.Next(3) == 0, Item.Of(random.Next(1, 12), $"33010{random.Next(3)}", amount: random.Next(3)))).ToArray();
                Both(s => s.Changes(changes));
            }

            await ordered.SendAsync(first);
            while ((await shaken.StatusAsync()).CommittedSequence < second.Count)
            {
                var queue = second.Concat(second).ToArray();
                random.Shuffle(queue);
                await shaken.SendAsync(queue);
            }

            Assert.Equal(await ordered.StoredAsync(), await shaken.StoredAsync());
            Assert.Equal(await ordered.FeedAsync(), await shaken.FeedAsync());
            Assert.Equal(await ordered.FeedPlaceAsync(), await shaken.FeedPlaceAsync());

            void Both(Func<StreamDriver, RecordBatch> next)
            {
                first.Add(next(ordered));
                second.Add(next(shaken));
            }
        }
    });

    [Fact]
    public async Task Writers_OfEightResourcesAtOnce_TakeGapFreeOffsetsEach()
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StreamDriver.StartAsync(fixture)));
        await Task.WhenAll(streams.Select(async (stream, n) =>
        {
            var random = new Random(n);
            await stream.SnapshotAsync(Items);
            for (var i = 0; i < 15; i++)
                await stream.SendAsync(stream.Changes([.. Enumerable.Range(0, 8).Select(_ => new Change(random.Next(4) == 0, Item.Of(random.Next(20), amount: random.Next(5))))]));
        }));
        foreach (var stream in streams)
        {
            var place = await stream.FeedPlaceAsync();
            Assert.Equal(Enumerable.Range(11, (int)(place.Head - 10)).Select(i => (long)i), (await stream.FeedAsync()).Select(f => f.Offset));
            await stream.DisposeAsync();
        }
    }
}
