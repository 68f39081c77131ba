using System.Runtime.CompilerServices;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Records;
using Npgsql.Replication;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// The first snapshot: a new slot exports the moment at which its stream begins, and the table is read at just that moment. Nothing falls between, nothing comes twice.
/// </summary>
internal static class SnapshotHandover
{
    public static async IAsyncEnumerable<SourceItem> ReadAsync(
        CaptureSession session, LogicalReplicationConnection connection, string system, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var shape = await session.ShapeAsync(cancellation);
        // Left over from a first snapshot that did not end.
        await ReplicationSlot.DropAsync(session.Database, session.Slot, cancellation);
        var slot = await connection.CreatePgOutputReplicationSlot(
            session.Slot, slotSnapshotInitMode: LogicalSlotSnapshotInitMode.Export, cancellationToken: cancellation);
        await using var transaction = await SourceTransaction.BeginAsync(session.Database, session.Model.TimeZone, cancellation, slot.SnapshotName);
        var bound = await SourceColumns.BindAsync(transaction, session.Model, session.Context.Schema, cancellation);
        if (bound.IsError)
        {
            yield return new SourceProblem(bound.Error);
            yield break;
        }

        var running = CapturePosition.Start.Write();
        yield return SourceBatch.Marker(BatchKind.SnapshotStart, running, 0);
        var query = $"SELECT {string.Join(", ", bound.Value.Expressions)} FROM {session.Model.Table.Sql} WHERE {session.Model.Filter}";
        var estimate = await SnapshotRound.EstimateAsync(transaction, session.Model, cancellation);
        var rows = 0L;
        await foreach (var run in transaction.CopyAsync(query, session.Context.Schema.Fields.Count, session.Context.Limits, cancellation))
        {
            rows += run.Rows;
            yield return SourceBatch.Of(BatchKind.Rows, running, run, estimate > 0 ? Math.Min(1.0, (double)rows / estimate) : null);
        }

        yield return SourceBatch.Marker(BatchKind.SnapshotEnd, (CapturePosition.Start with { System = system, Shape = shape }).MovedTo(slot.ConsistentPoint).Write(), 1);
    }
}
