using Exchange.Catalog.Ingest;
using Exchange.Catalog.Streams;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Xunit;

namespace Exchange.Catalog.Tests.Streams;

public sealed class RejectSnapshotDecisionTests
{
    private static readonly StreamPlace Held = new(
        StreamId.From(Guid.CreateVersion7()), ResourceId.From(Guid.CreateVersion7()), "item", 1, Epoch: 2, Sequence: 6, "p6", InSnapshot: true, IsHeld: true, new FeedPlace(300, 300, false));

    [Fact]
    public void Decide_HeldEndOfASnapshot_IsGoneBeyond() => Assert.Equal(Header(BatchKind.SnapshotEnd, 7), Decide(Held, Header(BatchKind.SnapshotEnd, 7)).Value);

    [Theory]
    [InlineData("batch_over_threshold", BatchKind.Rows, 7)]
    [InlineData("schema_drift", BatchKind.SnapshotEnd, 7)]
    [InlineData("snapshot_deletes_most", BatchKind.Rows, 7)]
    [InlineData("snapshot_deletes_most", BatchKind.SnapshotEnd, 6)]
    [InlineData("snapshot_deletes_most", BatchKind.SnapshotEnd, 8)]
    public void Decide_AnythingElseHeld_IsRefused(string code, BatchKind kind, long sequence)
    {
        var refused = RejectSnapshotHandler.Decide(Held, code, Header(kind, sequence));

        Assert.Equal((ErrorCodes.SnapshotNotHeld, code), (refused.Error!.Code, refused.Error.Data["code"]));
    }

    [Fact]
    public void Decide_NoStreamOrNoHoldOrNoBatch_IsRefused()
    {
        Assert.Equal(ErrorCodes.StreamUnknown, Decide(null, null).Error!.Code);
        Assert.Equal(ErrorCodes.StreamNotHeld, Decide(Held with { IsHeld = false }, null).Error!.Code);
        Assert.Equal(ErrorCodes.SnapshotNotHeld, Decide(Held, null).Error!.Code);
    }

    private static Result<BatchHeader> Decide(StreamPlace? place, BatchHeader? header) => RejectSnapshotHandler.Decide(place, ErrorCodes.SnapshotDeletesMost.Name, header);

    private static BatchHeader Header(BatchKind kind, long sequence) => new(Held.Stream, Held.Resource, 0, 2, sequence, kind, "fingerprint", "p7", 0, "");
}

[Trait("Cost", "Servers")]
public sealed class RejectSnapshotTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 300).Select(i => new Item($"id-{i:000}", i, "330106", null, i))];

    [Fact]
    public async Task Reject_HeldSnapshot_DeletesNothingAndLetsTheNextOnePass()
    {
        await using var stream = await HeldAsync();
        var before = await stream.FeedPlaceAsync();

        var rejected = CatalogFixture.Ok(await RejectAsync(stream, "文件被截断"));

        Assert.Equal(("open", false, 6L, "p6", 300L), (rejected.State, rejected.InSnapshot, rejected.CommittedSequence, rejected.Position, rejected.Head));
        Assert.Equal("snapshot_rejected", rejected.NoteCode);
        Assert.Contains("文件被截断", rejected.NoteReason, StringComparison.Ordinal);
        Assert.Equal((Items.Length, 0, before), ((await stream.StoredAsync()).Count, (await stream.FeedAsync()).Count, await stream.FeedPlaceAsync()));

        await stream.SnapshotAsync(Items[..290]);
        var after = await stream.StatusAsync();
        Assert.Equal(("open", null), (after.State, after.NoteCode));
        Assert.Equal(Items[..290], await stream.StoredAsync());
        Assert.Equal(Items[290..].Select(i => ('D', i.Id)), (await stream.FeedAsync()).Select(e => (e.Op, e.Id)));
    }

    [Fact]
    public async Task Reject_HeldSnapshot_IsOnRecordAndAnnounced()
    {
        await using var stream = await HeldAsync();
        await RejectAsync(stream, "cut off");
        await fixture.Announcements.RunOnceAsync(CancellationToken.None);

        var action = Assert.Single(await ActionsAsync(stream));
        Assert.Equal(("reject", 6L, "snapshot_deletes_most", "cut off", "bureau-desk", fixture.Time.GetUtcNow()), action);
        Assert.Contains(fixture.Bus.Of<StreamRewound>(), r => r.Stream == stream.Opened.Stream && r.NextSequence == 7 && r.Position == "p6" && r.Reason == "rejected");
        Assert.DoesNotContain(fixture.Bus.Of<BatchCommitted>(), b => b.Stream == stream.Opened.Stream && b.Sequence == 6);
        Assert.Equal(0, await fixture.ScalarAsync<long>("SELECT count(*) FROM catalog.held_batch WHERE stream_id = $1", stream.Opened.Stream.Value));
        Assert.Equal(5, await fixture.ScalarAsync<long>("SELECT count(*) FROM catalog.batch WHERE stream_id = $1", stream.Opened.Stream.Value));
    }

    [Fact]
    public async Task Reject_WithWhatTheAdapterSentMeanwhile_DropsItAndTakesItWhenItIsSentAgain()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..100]));
        var end = stream.End();
        var later = stream.Changes(Change.Delete(Items[0]));
        await stream.SendAsync(end, later);

        await RejectAsync(stream, "cut off");
        Assert.Equal(Items, await stream.StoredAsync());
        await stream.SendAsync(end, later);

        Assert.Equal(Items[1..], await stream.StoredAsync());
        Assert.Equal(("open", 7L), ((await stream.StatusAsync()).State, (await stream.StatusAsync()).CommittedSequence));
    }

    [Fact]
    public async Task Reject_AndOpeningAgain_GoesOnBehindTheSnapshot()
    {
        await using var stream = await HeldAsync();
        await RejectAsync(stream, "cut off");
        await stream.OpenAsync();

        Assert.Equal((7L, "p6", false), (stream.Opened.NextSequence, stream.Opened.Position, stream.Opened.InSnapshot));
        await stream.SnapshotAsync(Items[..200]);
        Assert.Equal(Items[..200], await stream.StoredAsync());
    }

    [Fact]
    public async Task Reject_SnapshotWithChangedRows_KeepsWhatCameBeforeItsEnd()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SnapshotAsync([Items[0] with { Note = "新" }, .. Items[1..100]]);

        await RejectAsync(stream, "cut off");

        Assert.Equal([Items[0] with { Note = "新" }, .. Items[1..]], await stream.StoredAsync());
        Assert.Equal('U', Assert.Single(await stream.FeedAsync()).Op);
    }

    [Fact]
    public async Task Reject_StreamHeldForBadRowsOrNotHeld_IsRefusedAndChangesNothing()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        Assert.Equal(ErrorCodes.StreamNotHeld, (await RejectAsync(stream, "r")).Error!.Code);
        await stream.SendAsync(stream.Start(), stream.Rows([.. Items[..11].Select(i => i.Broken()), .. Items[11..100]]));

        Assert.Equal(ErrorCodes.SnapshotNotHeld, (await RejectAsync(stream, "r")).Error!.Code);
        Assert.Equal(ErrorCodes.ParameterInvalid, (await RejectAsync(stream, " ")).Error!.Code);
        Assert.Equal(ErrorCodes.ParameterInvalid, (await RejectAsync(stream, new string('长', 501))).Error!.Code);
        Assert.Equal("batch_over_threshold", (await stream.StatusAsync()).HeldCode);
        Assert.Empty(await ActionsAsync(stream));
        await stream.ReleaseAsync();
        Assert.Equal(Items[11..100], await stream.StoredAsync());
        Assert.Equal(("release", 2L, "batch_over_threshold", null, "bureau-desk", fixture.Time.GetUtcNow()), Assert.Single(await ActionsAsync(stream)));
    }

    private async Task<StreamDriver> HeldAsync()
    {
        var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(Items);
        await stream.SnapshotAsync(Items[..100]);
        Assert.Equal("snapshot_deletes_most", (await stream.StatusAsync()).HeldCode);
        return stream;
    }

    private Task<Result<StreamStatus>> RejectAsync(StreamDriver stream, string reason) => RejectSnapshotHandler.HandleAsync(
        new RejectSnapshot(stream.Opened.Stream, reason, "bureau-desk"), fixture.Database, fixture.Announcements, fixture.Time, CancellationToken.None);

    private Task<List<(string Action, long Sequence, string Code, string? Reason, string By, DateTimeOffset At)>> ActionsAsync(StreamDriver stream) => fixture.ListAsync(
        "SELECT action, sequence, held_code, reason, requested_by, requested_at FROM catalog.stream_action WHERE stream_id = $1 ORDER BY action_id",
        r => (r.GetString(0), r.GetInt64(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5)),
        stream.Opened.Stream.Value);
}
