using Exchange.Catalog.Ingest;
using Exchange.Catalog.Outbox;
using Exchange.Catalog.Streams;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

[Trait("Cost", "Servers")]
public sealed class HeldStreamTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 1200).Select(i => Item.Of(i))];

    [Fact]
    public async Task Batch_WithTooManyBadRows_IsHeldWholeAndCommittedOnRelease()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        Item[] rows = [.. Items[..11].Select(i => i.Broken()), .. Items[11..200]];
        await stream.SendAsync(stream.Start(), stream.Rows(rows));

        var held = await stream.StatusAsync();
        Assert.Equal(("held", "batch_over_threshold", 1L), (held.State, held.HeldCode, held.CommittedSequence));
        Assert.Empty(await stream.StoredAsync());
        Assert.Empty(await stream.QuarantineAsync());

        var released = await stream.ReleaseAsync();
        Assert.Equal(("open", 2L, "p2", 189L, 11L), (released.State, released.CommittedSequence, released.Position, released.RowsAccepted, released.RowsQuarantined));
        Assert.Equal(Items[11..200], await stream.StoredAsync());
        Assert.Equal(11, (await stream.QuarantineAsync()).Count);
        await fixture.Announcements.RunOnceAsync(CancellationToken.None);
        Assert.Contains(fixture.Bus.Of<StreamRewound>(), r => r.Stream == stream.Opened.Stream && r.NextSequence == 3 && r.Position == "p2");
        Assert.Contains(fixture.Bus.Of<BatchCommitted>(), b => b.Stream == stream.Opened.Stream && b.Sequence == 2);
        Assert.Equal(0, await fixture.ScalarAsync<long>("SELECT count(*) FROM catalog.held_batch WHERE stream_id = $1", stream.Opened.Stream.Value));
    }

    [Fact]
    public async Task Batch_HeldInALaterSnapshotAndReleasedAfterReopening_IsMerged()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items[..30]);
        await stream.SendAsync(stream.Start(), stream.Rows([.. Items[..12].Select(i => i.Broken()), .. Items[12..30]]));
        Assert.Equal("held", (await stream.StatusAsync()).State);

        await stream.ReleaseAsync();
        await stream.OpenAsync();
        await stream.SendAsync(stream.End());

        Assert.Equal(Items[..30], await stream.StoredAsync());
        Assert.Equal(12, (await stream.QuarantineAsync()).Count);
    }

    [Fact]
    public async Task Batch_WithFewBadRows_IsNotHeld()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync([.. Items[..12].Select(i => i.Broken()), .. Items[12..]]);

        Assert.Equal(Items[12..], await stream.StoredAsync());
        Assert.Equal(12, (await stream.QuarantineAsync()).Count);
        Assert.Equal("open", (await stream.StatusAsync()).State);
    }

    [Fact]
    public async Task Batch_WithTooManyDuplicates_IsHeldWhole()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows([.. Items[..50], .. Items[..11]]));

        Assert.Equal("batch_over_threshold", (await stream.StatusAsync()).HeldCode);
        Assert.Empty(await stream.StoredAsync());
        await stream.ReleaseAsync();
        Assert.Equal(Items[..50], await stream.StoredAsync());
        Assert.Equal(11, (await stream.QuarantineAsync()).Count);
    }

    [Fact]
    public async Task Batch_WithAnotherChecksum_IsKeptForInspectionAndSentAgainAfterRelease()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start());
        var rows = stream.Rows(Items[..3]);
        var damaged = rows.Body.ToArray();
        damaged[^1] ^= 1;
        await stream.SendAsync(rows with { Body = damaged });

        Assert.Equal(("held", "batch_corrupt"), ((await stream.StatusAsync()).State, (await stream.StatusAsync()).HeldCode));
        Assert.Equal(damaged, await fixture.ScalarAsync<byte[]>("SELECT body FROM catalog.held_batch WHERE stream_id = $1", stream.Opened.Stream.Value));
        await stream.SendAsync(rows);
        Assert.Empty(await stream.StoredAsync());

        Assert.Equal(1, (await stream.ReleaseAsync()).CommittedSequence);
        await stream.SendAsync(rows, stream.End());
        Assert.Equal(Items[..3], await stream.StoredAsync());
    }

    [Theory]
    [InlineData(BatchKind.Rows, 2, "batch_out_of_place")]
    [InlineData(BatchKind.SnapshotEnd, 0, "batch_out_of_place")]
    [InlineData(BatchKind.SnapshotStart, 1, "batch_out_of_place")]
    [InlineData((BatchKind)9, 0, "batch_out_of_place")]
    [InlineData(BatchKind.Changes, 5, "batch_corrupt")]
    public async Task Batch_OutOfPlace_HoldsTheStream(BatchKind kind, int rows, string code)
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Next(kind, kind == BatchKind.Changes ? Change.Body([Change.Put(Items[0])]) : [], rows));

        Assert.Equal(("held", code), ((await stream.StatusAsync()).State, (await stream.StatusAsync()).HeldCode));
    }

    [Fact]
    public async Task Batch_WithABrokenFrame_HoldsTheStream()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Next(BatchKind.Rows, Change.Body([Items[0]])[..^3], 1));

        Assert.Equal("rows_malformed", (await stream.StatusAsync()).HeldCode);
    }

    [Fact]
    public async Task Batch_OfAnUnknownSchema_HoldsTheStreamForDriftAndIsAnnounced()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var start = stream.Start();
        await stream.SendAsync(start with { Header = start.Header with { SchemaFingerprint = new string('0', 64) } });

        Assert.Equal("schema_drift", (await stream.StatusAsync()).HeldCode);
        await RelayAsync();
        Assert.Contains(fixture.Bus.Of<StreamWasHeld>(), h => h.Stream == stream.Opened.Stream && h.ErrorCode == "schema_drift");
        var reopened = await OpenStreamHandler.HandleAsync(stream.Opening(), fixture.Database, fixture.Time, CancellationToken.None);
        Assert.Equal(ErrorCodes.StreamHeld, reopened.Error!.Code);
    }

    [Fact]
    public async Task Hold_ByTheAdapter_StandsUntilReleased()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var hold = new HoldStream(stream.Opened.Stream, stream.Opened.Epoch, "schema_drift", "column phone is gone");
        var held = CatalogFixture.Ok(await HoldStreamHandler.HandleAsync(hold, fixture.Database, fixture.Time, CancellationToken.None));
        var again = CatalogFixture.Ok(await HoldStreamHandler.HandleAsync(hold with { Reason = "other" }, fixture.Database, fixture.Time, CancellationToken.None));
        await stream.SendAsync(stream.Start());

        Assert.Equal(("held", "column phone is gone"), (held.State, held.HeldReason));
        Assert.Equal("column phone is gone", again.HeldReason);
        Assert.Equal(0, (await stream.StatusAsync()).CommittedSequence);
        Assert.Equal("open", (await stream.ReleaseAsync()).State);
    }

    [Fact]
    public async Task Hold_ByAFencedAdapter_IsRefused()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var hold = new HoldStream(stream.Opened.Stream, stream.Opened.Epoch, "schema_drift", "late");
        await stream.OpenAsync();
        var refused = await HoldStreamHandler.HandleAsync(hold, fixture.Database, fixture.Time, CancellationToken.None);

        Assert.Equal(ErrorCodes.StreamFenced, refused.Error!.Code);
    }

    [Fact]
    public async Task Release_OfAnOpenStream_IsRefused()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var refused = await ReleaseStreamHandler.HandleAsync(
            new ReleaseStream(stream.Opened.Stream, "bureau-desk"), fixture.Database, fixture.Announcements, fixture.Time, CancellationToken.None);

        Assert.Equal(ErrorCodes.StreamNotHeld, refused.Error!.Code);
    }

    [Fact]
    public async Task Batch_ThatFailsAgainAndAgain_HoldsItsStreamRatherThanBeingTriedForEver()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await using var partition = StreamDriver.NewIngest(fixture);
        await stream.SendAsync(stream.Start());
        await fixture.Platform.ExecuteAsync($"ALTER TABLE store.{stream.Resource.Name} RENAME TO {stream.Resource.Name}_away");
        var rows = stream.Rows(Items[..3]);
        for (var attempt = 1; attempt < PartitionIngest.MostFailures; attempt++)
            await Assert.ThrowsAsync<PostgresException>(() => partition.HandleAsync(rows, CancellationToken.None));
        Assert.Equal("open", (await stream.StatusAsync()).State);
        Assert.Equal(DeliveryOutcome.Done, await partition.HandleAsync(rows, CancellationToken.None));
        Assert.Equal("unexpected", (await stream.StatusAsync()).HeldCode);

        await fixture.Platform.ExecuteAsync($"ALTER TABLE store.{stream.Resource.Name}_away RENAME TO {stream.Resource.Name}");
        await stream.ReleaseAsync();
        await stream.SendAsync(rows, stream.End());
        Assert.Equal(Items[..3], await stream.StoredAsync());
    }

    [Fact]
    public async Task Row_RefusedByTheStoreAlone_IsFoundAndSetAside()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await fixture.Platform.ExecuteAsync($"ALTER TABLE store.{stream.Resource.Name} ADD CHECK (note IS DISTINCT FROM '拒')");
        Item[] rows = [.. Items[..20], Items[20] with { Note = "拒" }, .. Items[21..30], Items[30] with { Note = "拒" }];
        await stream.SnapshotAsync(rows);
        Assert.Equal([.. Items[..20], .. Items[21..30]], await stream.StoredAsync());

        await stream.SendAsync(stream.Changes(Change.Put(Items[0] with { Note = "拒" }), Change.Put(Items[1] with { Note = "好" })));
        Assert.Equal([Items[0], Items[1] with { Note = "好" }, .. Items[2..20], .. Items[21..30]], await stream.StoredAsync());
        var quarantined = await stream.QuarantineAsync();
        Assert.Equal([(2L, 20), (2L, 30), (4L, 0)], quarantined.Select(q => (q.Sequence, q.Row)));
        Assert.All(quarantined, q => Assert.Contains("row_refused_by_store", q.Reasons, StringComparison.Ordinal));
    }

    private async Task RelayAsync()
    {
        using var relay = new OutboxRelay(fixture.Database, fixture.Bus, fixture.Time, NullLogger<OutboxRelay>.Instance);
        while (await relay.RunOnceAsync(CancellationToken.None) > 0) Assert.False(fixture.Bus.IsDown);
    }
}
