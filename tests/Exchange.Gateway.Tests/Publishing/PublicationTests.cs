using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Publishing;

namespace Exchange.Gateway.Tests.Publishing;

public sealed class PublicationTests
{
    private const string Schema = "fingerprint";
    private static readonly Guid Own = Guid.CreateVersion7();
    private static readonly Guid Other = Guid.CreateVersion7();

    [Theory]
    // On record, and where the stream stands: batches that need not be sent.
    [InlineData(0, null, 0)]
    [InlineData(0, "own 3", 3)]
    [InlineData(2, "own 3", 3)]
    [InlineData(0, "own 5", 5)]
    [InlineData(2, "other 4", 2)]
    [InlineData(5, "other 4", 5)]
    public void Resume_OfChanges_SendsWhatIsNotCommitted(int recorded, string? position, int done) =>
        Assert.Equal(done, Publication(recorded).Resume(Stream(position), PublishMode.Changes, Schema, 5).Value);

    [Theory]
    [InlineData(0, null, false, 0)]
    [InlineData(0, "own 3", true, 3)]
    [InlineData(3, "other 1", true, 0)]
    [InlineData(3, "other 5", false, 0)]
    [InlineData(0, "own 5", false, 5)]
    [InlineData(5, "other 5", false, 5)]
    public void Resume_OfASnapshot_GoesOnOnlyWhereNothingCameAfterIt(int recorded, string? position, bool inSnapshot, int done) =>
        Assert.Equal(done, Publication(recorded).Resume(Stream(position, inSnapshot), PublishMode.Snapshot, Schema, 5).Value);

    [Fact]
    public void Resume_OfChangesInsideAnUnfinishedSnapshot_IsRefused()
    {
        Assert.Equal(ErrorCodes.SnapshotUnfinished, Publication(0).Resume(Stream("other 2", inSnapshot: true), PublishMode.Changes, Schema, 5).Error?.Code);
        Assert.Equal(5, Publication(5).Resume(Stream("other 2", inSnapshot: true), PublishMode.Changes, Schema, 5).Value);
    }

    [Fact]
    public void Resume_AfterANewSchemaVersion_BeginsAnewUnlessAllIsCommitted()
    {
        Assert.Equal(0, Publication(2).Resume(Stream("own 3"), PublishMode.Changes, "newer", 6).Value);
        Assert.Equal(6, Publication(2).Resume(Stream("own 5"), PublishMode.Changes, "newer", 6).Value);
    }

    [Fact]
    public void Position_WrittenAndRead_IsTheSame()
    {
        var position = new StreamPosition(Own, 3, 17);
        Assert.Equal(position, StreamPosition.Parse(position.ToString()));
        Assert.Null(StreamPosition.Parse(null));
    }

    private static Publication Publication(int committed) => new(Own, [1], Schema, 5, committed, 1, null, null);

    private static StreamOpened Stream(string? position, bool inSnapshot = false) => new(
        StreamId.From(Other), ResourceId.From(Other), 2, 9,
        position?.Split(' ') is [var who, var batch] ? new StreamPosition(who == "own" ? Own : Other, int.Parse(batch, System.Globalization.CultureInfo.InvariantCulture), 5).ToString() : null,
        inSnapshot, 0, 1, "{}");
}
