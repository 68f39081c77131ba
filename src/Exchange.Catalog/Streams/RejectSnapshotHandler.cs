using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Catalog.Resources;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;

namespace Exchange.Catalog.Streams;

/// <summary>
/// Rejects a snapshot whose end is held for its deletes: (1) lock the stream, (2) decide, (3) go past the held end without deleting anything, (4) put the decision on record. The adapter goes on
/// behind the snapshot. Rows that the snapshot brought before its end were checked and stored when they came; they stay until the next complete snapshot says otherwise.
/// </summary>
internal static class RejectSnapshotHandler
{
    public const int LongestReason = 500;

    public static async Task<Result<StreamStatus>> HandleAsync(
        RejectSnapshot request, CatalogDatabase database, Announcements announcements, TimeProvider time, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > LongestReason) return ErrorCodes.ParameterInvalid.With(("parameter", "reason"), ("reason", $"1–{LongestReason}"));
        await using var connection = await IngestConnection.OpenAsync(database, time, cancellation);
        await using var transaction = await connection.BeginAsync(cancellation);

        // 1
        var place = await BatchIngest.LockAsync(connection.Connection, request.Stream, cancellation);
        var held = await StreamRow.FindAsync(connection.Connection, request.Stream, forUpdate: false, cancellation);
        var batch = await StreamHold.FindBatchAsync(connection.Connection, request.Stream, cancellation);

        // 2
        var decision = Decide(place, held?.Status.HeldCode, batch?.Header);
        if (decision.IsError) return decision.Error;
        var end = decision.Value;

        // 3
        var now = time.GetUtcNow();
        var note = ErrorCodes.SnapshotRejected.With(("reason", request.Reason));
        await connection.Connection.ExecuteAsync(
            StreamsSql.Reject, cancellation, request.Stream.Value, end.Sequence, end.Position, note.Code.Name, note.Text(Language.En), now);
        await connection.Connection.ExecuteAsync(StreamsSql.ForgetHeldBatches, cancellation, request.Stream.Value);
        await connection.ExecuteAsync(StoreColumns.ForgetSeen(place!.ResourceName), cancellation);

        // 4
        await StreamAction.AddAsync(connection.Connection, StreamAction.Reject, held!.Status, end.Sequence, request.Reason, request.RequestedBy, now, cancellation);
        var status = (await StreamRow.FindAsync(connection.Connection, request.Stream, forUpdate: false, cancellation))!.Status;
        await connection.CommitAsync(transaction, cancellation);
        announcements.Add(new StreamRewound(status.Stream, status.Epoch, status.CommittedSequence + 1, status.Position, "rejected"));
        return status;
    }

    /// <summary>Whether the stream is held by the end of a snapshot that would delete too much.</summary>
    /// <param name="header">Of the batch that is kept with the hold, or null.</param>
    /// <returns>The header of that end, which comes next in the stream.</returns>
    internal static Result<BatchHeader> Decide(StreamPlace? place, string? heldCode, BatchHeader? header)
    {
        if (place is null) return ErrorCodes.StreamUnknown.With();
        if (!place.IsHeld) return ErrorCodes.StreamNotHeld.With();
        var isHeldEnd = heldCode == ErrorCodes.SnapshotDeletesMost.Name && header is { Kind: BatchKind.SnapshotEnd } && header.Sequence == place.Sequence + 1 && place.InSnapshot;
        return isHeldEnd ? header! : ErrorCodes.SnapshotNotHeld.With(("code", heldCode));
    }
}
