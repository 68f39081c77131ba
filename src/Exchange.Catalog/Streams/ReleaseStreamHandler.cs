using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;

namespace Exchange.Catalog.Streams;

/// <summary>
/// Releases a held stream. A batch that was held for its bad rows is committed: its good rows stored, its bad rows set aside. So is the end of a snapshot that was held for its deletes. One that was held because
/// it was damaged is forgotten. Either way the adapter is told from where to send, for what came after the hold was dropped.
/// </summary>
internal static class ReleaseStreamHandler
{
    public static async Task<Result<StreamStatus>> HandleAsync(
        ReleaseStream request, CatalogDatabase database, Announcements announcements, TimeProvider time, CancellationToken cancellation)
    {
        await using var connection = await IngestConnection.OpenAsync(database, time, cancellation);
        await using var transaction = await connection.BeginAsync(cancellation);
        var place = await BatchIngest.LockAsync(connection.Connection, request.Stream, cancellation);
        if (place is null) return ErrorCodes.StreamUnknown.With();
        if (!place.IsHeld) return ErrorCodes.StreamNotHeld.With();

        var row = await StreamRow.FindAsync(connection.Connection, request.Stream, forUpdate: false, cancellation);
        await connection.Connection.ExecuteAsync(StreamsSql.Release, cancellation, request.Stream.Value);
        var now = time.GetUtcNow();
        IngestOutcome? outcome = null;
        if (row!.Status.HeldCode == ErrorCodes.BatchOverThreshold.Name || row.Status.HeldCode == ErrorCodes.SnapshotDeletesMost.Name)
        {
            outcome = await TakeHeldAsync(connection, place, now, cancellation);
            if (outcome is { Move: null }) return ErrorCodes.StreamHeld.With(("reason", row.Status.HeldReason));
            if (outcome is not null) await connection.RunAsync([outcome.Move], cancellation);
        }

        await connection.Connection.ExecuteAsync(StreamsSql.ForgetHeldBatches, cancellation, request.Stream.Value);
        await StreamAction.AddAsync(connection.Connection, StreamAction.Release, row.Status, outcome?.Committed?.Sequence ?? place.Sequence, null, request.RequestedBy, now, cancellation);
        var released = await StreamRow.FindAsync(connection.Connection, request.Stream, forUpdate: false, cancellation);
        await connection.CommitAsync(transaction, cancellation);

        if (outcome?.Committed is { } committed) announcements.Add(committed);
        var status = released!.Status;
        announcements.Add(new StreamRewound(status.Stream, status.Epoch, status.CommittedSequence + 1, status.Position, "released"));
        return status;
    }

    private static async Task<IngestOutcome?> TakeHeldAsync(IngestConnection connection, StreamPlace place, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await StreamHold.FindBatchAsync(connection.Connection, place.Stream, cancellation) is not { } batch) return null;

        // The epoch may have moved on since; the batch is still the next one of its stream.
        var current = batch with { Header = batch.Header with { Epoch = place.Epoch } };
        var open = place with { IsHeld = false };
        if (BatchAdmission.Decide(open, current.Header) != Admission.Accept) return null;
        return await BatchIngest.TakeAsync(connection, open, current, BatchPolicy.Released, now, cancellation);
    }
}
