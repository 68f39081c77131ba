using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Npgsql;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

[Trait("Cost", "Servers")]
public sealed class StreamProtocolTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 20).Select(i => Item.Of(i))];

    [Fact]
    public async Task Batch_RedeliveredThreeTimes_HasOneEffect()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        RecordBatch[] queue =
        [
            stream.Start(), stream.Rows(Items[..10]), stream.Rows(Items[10..]), stream.End(),
            stream.Changes(Change.Put(Items[0] with { Note = "改" }), Change.Delete(Items[1])),
        ];
        for (var round = 0; round < 3; round++)
        {
            await stream.SendAsync(queue);
            foreach (var batch in queue) await stream.SendAsync(batch);
        }

        Assert.Equal([Items[0] with { Note = "改" }, .. Items[2..]], await stream.StoredAsync());
        Assert.Equal((22, 20, false), await stream.FeedPlaceAsync());
        var status = await stream.StatusAsync();
        Assert.Equal((5L, 22L), (status.CommittedSequence, status.RowsAccepted));
        Assert.Equal(5, await fixture.ScalarAsync<long>("SELECT count(*) FROM catalog.batch WHERE stream_id = $1", stream.Opened.Stream.Value));
    }

    [Fact]
    public async Task Batch_AfterAGap_IsNotCommittedAndTheAdapterIsRewoundOnce()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var start = stream.Start();
        var lost = stream.Rows(Items[..10]);
        RecordBatch[] behind = [stream.Rows(Items[10..15]), stream.Rows(Items[15..])];
        await stream.SendAsync(start);
        await stream.SendAsync(behind);
        await fixture.Announcements.RunOnceAsync(CancellationToken.None);

        Assert.Empty(await stream.StoredAsync());
        var rewound = Assert.Single(fixture.Bus.Of<StreamRewound>(), r => r.Stream == stream.Opened.Stream);
        Assert.Equal((stream.Opened.Epoch, 2L, "p1"), (rewound.Epoch, rewound.NextSequence, rewound.Position));

        await stream.SendAsync(lost);
        await stream.SendAsync(behind);
        Assert.Equal(Items, await stream.StoredAsync());
    }

    [Fact]
    public async Task Batch_OfAnOldEpoch_IsDropped()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var old = stream.Start();
        await stream.OpenAsync();
        await stream.SendAsync(old);

        var status = await stream.StatusAsync();
        Assert.Equal((2L, 0L, false), (status.Epoch, status.CommittedSequence, status.InSnapshot));
    }

    [Fact]
    public async Task Batch_OfAnUnknownStreamOrAnotherResource_IsDropped()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await using var other = await StreamDriver.StartAsync(fixture);
        var start = stream.Start();
        await stream.SendAsync(start with { Header = start.Header with { Stream = new(Guid.CreateVersion7()) } });
        await stream.SendAsync(start with { Header = start.Header with { Resource = other.Opened.Resource } });

        Assert.Equal(0, (await stream.StatusAsync()).CommittedSequence);
        Assert.Equal(0, (await other.StatusAsync()).CommittedSequence);
    }

    [Fact]
    public async Task Batch_TakenByTwoCataloguesAtOnce_HasOneEffect()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var queue = new List<RecordBatch> { stream.Start() };
        for (var i = 0; i < 40; i++) queue.Add(stream.Rows([.. Enumerable.Range(i * 10, 10).Select(n => Item.Of(n))]));
        queue.Add(stream.End());
        for (var i = 0; i < 40; i++) queue.Add(stream.Changes([.. Enumerable.Range(i * 5, 5).Select(n => Change.Put(Item.Of(n, note: $"{i}")))]));
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            await using var catalogue = StreamDriver.NewIngest(fixture);
            foreach (var batch in queue) Assert.Equal(DeliveryOutcome.Done, await catalogue.HandleAsync(batch, CancellationToken.None));
        }));

        // One may run ahead of the other and meet a gap; a second pass is what the rewound adapter sends.
        await stream.SendAsync(queue);
        Assert.Equal(400, (await stream.StoredAsync()).Count);
        Assert.Equal(queue.Count, (await stream.StatusAsync()).CommittedSequence);
        Assert.Equal((600, 400, false), await stream.FeedPlaceAsync());
        Assert.Equal(Enumerable.Range(401, 200).Select(i => (long)i), (await stream.FeedAsync()).Select(f => f.Offset));
    }

    [Fact]
    public async Task Connection_CutBetweenBatches_BatchIsTakenOnTheNextDelivery()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..5]);
        // A merge, so that a staging table was made on the connection that is lost.
        await stream.SnapshotAsync(Items[..6]);
        await fixture.Platform.ExecuteAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{fixture.Platform.Name}' AND application_name = 'exchange-catalog'");
        var change = stream.Changes(Change.Delete(Items[0]));
        var failures = 0;
        while (true)
        {
            try
            {
                await stream.SendAsync(change);
                break;
            }
            catch (NpgsqlException) when (++failures < 10)
            {
            }
        }

        Assert.InRange(failures, 1, 9);
        Assert.Equal(Items[1..6], await stream.StoredAsync());
        Assert.Equal('D', (await stream.FeedAsync())[^1].Op);
    }

    [Fact]
    public async Task Committed_SeveralBatches_AreAnnouncedAsOne()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..10]), stream.Rows([.. Items[10..19], Items[19].Broken()]), stream.End());
        await fixture.Announcements.RunOnceAsync(CancellationToken.None);

        var committed = Assert.Single(fixture.Bus.Of<BatchCommitted>(), b => b.Stream == stream.Opened.Stream);
        Assert.Equal((4L, "p4", 19L, 19, 1), (committed.Sequence, committed.Position, committed.Head, committed.RowsAccepted, committed.RowsQuarantined));
    }
}
