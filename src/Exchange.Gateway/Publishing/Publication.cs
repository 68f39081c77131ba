using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Gateway.Publishing;

/// <summary>A publication as it is on record under its key.</summary>
/// <param name="Fingerprint">Of the schema version that its batches were cut for.</param>
/// <param name="Batches">All batches, the marks of a snapshot among them.</param>
/// <param name="Committed">Batches known to be committed.</param>
/// <param name="FirstSequence">Of its first batch; null where none was sent.</param>
/// <param name="LastSequence">Of the last batch known to be committed, or null.</param>
/// <param name="Answer">The report, once it is finished.</param>
internal sealed record Publication(
    Guid Id, byte[] RequestHash, string Fingerprint, int Batches, int Committed, long? FirstSequence, long? LastSequence, byte[]? Answer)
{
    /// <summary>Whether a request with this hash may go on under the key.</summary>
    public Error? Refusal(byte[] requestHash) => RequestHash.AsSpan().SequenceEqual(requestHash) ? null : ErrorCodes.IdempotencyKeyReused.With();

    /// <summary>
    /// How many batches of it need not be sent, given where the stream stands. What the stream's position tells counts more than what is on record, for the gateway may have
    /// died between the two.
    /// </summary>
    /// <param name="fingerprint">Of the schema version that the batches are cut for now.</param>
    /// <param name="batches">Their number now.</param>
    public Result<int> Resume(StreamOpened stream, PublishMode mode, string fingerprint, int batches)
    {
        var place = StreamPosition.Parse(stream.Position);
        var isLast = place?.Publication == Id;
        var done = isLast ? Math.Max(place!.Batch, Committed) : Committed;
        if (done >= Batches) return batches;
        if (Fingerprint != fingerprint || Batches != batches) done = 0;
        // A snapshot that was interrupted goes on only where nothing came after it.
        if (mode == PublishMode.Snapshot) return isLast && stream.InSnapshot ? done : 0;
        return stream.InSnapshot ? ErrorCodes.SnapshotUnfinished.With() : done;
    }

    /// <summary>Whether its batches follow each other in the stream, so that what the catalogue wrote down of them can be summed.</summary>
    public static bool IsUnbroken(long? first, long last, int batches) => first is { } from && last - from + 1 == batches;
}

/// <summary>The position of a batch that came over HTTP: <c>http/PUBLICATION/BATCH/BATCHES</c>, batches from 1.</summary>
internal sealed record StreamPosition(Guid Publication, int Batch, int Batches)
{
    /// <summary>Null where nothing was committed yet.</summary>
    public static StreamPosition? Parse(string? position)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return position?.Split('/') is ["http", var id, var batch, var batches]
            ? new(Guid.ParseExact(id, "N"), int.Parse(batch, culture), int.Parse(batches, culture))
            : null;
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http/{Publication:N}/{Batch}/{Batches}");
}
