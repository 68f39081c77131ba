using System.Text.Json;
using Exchange.Catalog.Database;
using Exchange.Catalog.Quarantine;
using Exchange.Catalog.Streams;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Faults;
using Npgsql;

namespace Exchange.Catalog.Ingest;

/// <summary>What became of a batch. In every case it is finished and may be acknowledged.</summary>
/// <param name="Committed">Set where it was committed by this attempt.</param>
/// <param name="Rewound">Set where the adapter has to send from an earlier place.</param>
/// <param name="Move">Set together with <paramref name="Committed"/>: moves feed, stream and ledger, and is still to be run, as the last of the transaction.</param>
/// <param name="LoadedTable">Set where the batch ended a first load: the target whose table wants its statistics.</param>
internal sealed record IngestOutcome(
    Admission Admission, BatchCommitted? Committed = null, NpgsqlBatchCommand? Move = null, StreamRewound? Rewound = null, IngestTarget? LoadedTable = null)
{
    /// <summary>The quick way did not do; nothing may be committed, and the batch is to be taken by the careful way.</summary>
    public static readonly IngestOutcome Abandoned = new(Admission.Accept);

    public static IngestOutcome Of(Admission admission) => new(admission);
}

/// <summary>
/// Takes one batch in one transaction: (1) lock stream and feed, (2) admit by epoch and sequence, (3) check the rows, (4) write the good ones and take
/// offsets, (5) set the bad ones aside, (6) move the stream's position.
/// </summary>
internal static class BatchIngest
{
    public static async Task<IngestOutcome> AttemptAsync(
        IngestConnection connection, RecordBatch batch, BatchPolicy policy, TimeProvider time, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginAsync(cancellation);
        var place = await LockAsync(connection.Connection, batch.Header.Stream, cancellation);
        var admission = BatchAdmission.Decide(place, batch.Header);
        switch (admission)
        {
            case Admission.Accept:
                var outcome = await TakeAsync(connection, place!, batch, policy, time.GetUtcNow(), cancellation);
                if (ReferenceEquals(outcome, IngestOutcome.Abandoned)) return outcome;
                FailPoint.Hit("ingest.before-commit");
                await connection.CommitAsync(transaction, cancellation, outcome.Move);
                FailPoint.Hit("ingest.after-commit");
                return outcome;
            case Admission.OutOfPlace:
                await HoldAsync(connection, place!, batch, ErrorCodes.BatchOutOfPlace.With(("kind", batch.Header.Kind)), keep: false, time.GetUtcNow(), cancellation);
                await connection.CommitAsync(transaction, cancellation);
                return IngestOutcome.Of(admission);
            case Admission.Gap:
                return new IngestOutcome(admission, Rewound: place!.Rewind($"sequence {Sql.Invariant(place.Sequence + 1)} was expected"));
            default:
                return IngestOutcome.Of(admission);
        }
    }

    /// <summary>Checks and writes an admitted batch inside the caller's transaction, or holds the stream. Where it was written, the caller runs <see cref="IngestOutcome.Move"/>.</summary>
    public static async Task<IngestOutcome> TakeAsync(
        IngestConnection connection, StreamPlace place, RecordBatch batch, BatchPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var header = batch.Header;
        var target = await connection.TargetAsync(place, header.SchemaFingerprint, cancellation);
        if (target is null)
            return await HoldAsync(connection, place, batch, ErrorCodes.SchemaDrift.With(("change", $"fingerprint {header.SchemaFingerprint}")), keep: false, now, cancellation);

        if (DirectLoad.IsPossible(header, place, policy))
        {
            var loaded = await DirectLoad.CopyAsync(connection, target, batch, place.Feed.Head, policy, cancellation);
            if (loaded is null) return IngestOutcome.Abandoned;
            var written = BatchWriting.Loaded(place, loaded.GoodCount);
            await LoadedKeys.PutOffAsync(connection, target, header, place.Feed.Head, written.Feed.Head, policy, cancellation);
            return await FinishAsync(connection.Connection, place, target, loaded, written, now, cancellation);
        }

        if (StagedCopy.IsPossible(header, policy))
        {
            var staged = await StagedCopy.CopyAsync(connection, target, batch, policy, cancellation);
            return staged is null ? IngestOutcome.Abandoned : await WriteAsync(connection, place, target, staged, policy, now, cancellation);
        }

        var check = CheckedBatch.Check(batch, target.Validator);
        if (check.IsError) return await HoldAsync(connection, place, batch, check.Error, keep: true, now, cancellation);
        var rows = check.Value;
        rows.SetAside(policy.Refused, ErrorCodes.RowRefusedByStore, limit: null);
        return policy.IsOver(rows)
            ? await HoldAsync(connection, place, batch, rows.OverThreshold(), keep: true, now, cancellation)
            : await WriteAsync(connection, place, target, rows, policy, now, cancellation);
    }

    private static async Task<IngestOutcome> WriteAsync(
        IngestConnection connection, StreamPlace place, IngestTarget target, CheckedBatch rows, BatchPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var written = await BatchWriting.WriteAsync(connection, target, place, rows, policy, now, cancellation);
        return written.IsError
            ? await HoldAsync(connection, place, rows.Batch, written.Error, keep: true, now, cancellation)
            : await FinishAsync(connection.Connection, place, target, rows, written.Value, now, cancellation);
    }

    /// <summary>Reads where the stream stands and locks it until the transaction ends; null where there is no such stream.</summary>
    public static async Task<StreamPlace?> LockAsync(NpgsqlConnection connection, StreamId stream, CancellationToken cancellation)
    {
        await using var command = await connection.PreparedAsync(IngestSql.Lock, cancellation, stream.Value);
        await using var r = await command.ExecuteReaderAsync(cancellation);
        if (!await r.ReadAsync(cancellation)) return null;
        return new StreamPlace(
            stream,
            new ResourceId(r.GetGuid(0)),
            ResourceName: r.GetString(9),
            CurrentVersion: r.GetInt32(10),
            Epoch: r.GetInt64(1),
            Sequence: r.GetInt64(2),
            Position: r.TextOrNull(3),
            InSnapshot: r.GetBoolean(4),
            IsHeld: r.GetString(5) == StreamRow.HeldState,
            new FeedPlace(r.GetInt64(6), r.GetInt64(7), r.GetBoolean(8)));
    }

    private static async Task<IngestOutcome> HoldAsync(
        IngestConnection connection, StreamPlace place, RecordBatch batch, Error error, bool keep, DateTimeOffset now, CancellationToken cancellation)
    {
        if (keep)
        {
            await connection.Connection.ExecuteAsync(
                IngestSql.HoldBatch,
                cancellation,
                place.Stream.Value,
                batch.Header.Sequence,
                JsonSerializer.Serialize(batch.Header),
                SqlValue.Bytes(batch.Body),
                now);
        }

        await StreamHold.WriteAsync(connection.Connection, place.Stream, place.Resource, place.Epoch, error.Code.Name, error.ToString(), now, cancellation);
        return IngestOutcome.Of(Admission.Held);
    }

    private static async Task<IngestOutcome> FinishAsync(
        NpgsqlConnection connection, StreamPlace place, IngestTarget target, CheckedBatch rows, Written written, DateTimeOffset now, CancellationToken cancellation)
    {
        var header = rows.Batch.Header;
        await QuarantinedRows.OvertakeAsync(connection, target, rows, place.Feed.Loading, written.HasOpenKeys, now, cancellation);
        await QuarantinedRows.AddAsync(connection, target, rows, now, cancellation);
        var (accepted, quarantined) = (rows.GoodCount - written.Repeated, rows.Bad.Count + written.Repeated);
        var move = Sql.BatchCommand(
            IngestSql.Move,
            place.Resource.Value,
            place.Stream.Value,
            header.Sequence,
            place.Epoch,
            (short)header.Kind,
            place.Feed.Head + 1,
            written.Feed.Head,
            written.Feed.LoadEnd,
            written.Feed.Loading,
            written.InSnapshot,
            header.Position,
            target.Version,
            accepted,
            quarantined,
            SqlValue.Json(rows.Warnings),
            header.Sha256,
            now);
        var committed = new BatchCommitted(
            place.Stream, place.Resource, place.Epoch, header.Sequence, header.Position, written.Feed.Head, accepted, quarantined);
        return new IngestOutcome(Admission.Accept, committed, move, LoadedTable: place.Feed.Loading && !written.Feed.Loading ? target : null);
    }
}
