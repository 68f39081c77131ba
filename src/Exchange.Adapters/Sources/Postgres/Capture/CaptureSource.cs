using System.Runtime.CompilerServices;
using Exchange.Adapters.Pipelines;
using Npgsql;
using Npgsql.Replication;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// Captures the changes of a table from the log of a department's PostgreSQL: (1) see that it can be done, (2) read the table once, (3) follow its changes. Where the log
/// from the committed position on is gone, or the table may differ in ways that the log does not tell, it is read again by chunks while changes flow.
/// </summary>
internal sealed class CaptureSource(CaptureSession session) : IRecordSource
{
    private volatile ChangeStream? _stream;

    public static CaptureSource Open(PostgresSourceModel model, CaptureModel capture, SourceContext context) =>
        new(new CaptureSession(model, capture, context, model.Connection.Open($"exchange-adapter {context.Adapter}")));

    public async IAsyncEnumerable<SourceItem> ReadAsync(CommittedPosition from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (await session.PrepareAsync(cancellation) is { } obstacle)
        {
            yield return obstacle;
            yield break;
        }

        var connection = await session.OpenReplicationAsync(cancellation);
        var isOurs = true;
        try
        {
            var system = (await connection.IdentifySystem(cancellation)).SystemId;
            var position = CapturePosition.Parse(from);
            if (position.At is null)
            {
                await foreach (var item in SnapshotHandover.ReadAsync(session, connection, system, cancellation))
                {
                    if (item is SourceBatch batch) position = CapturePosition.Parse(batch.Position);
                    yield return item;
                    if (item is SourceProblem) yield break;
                }
            }

            var notice = default(SourceNotice);
            (position, notice) = await ContinueAsync(connection, position, system, cancellation);
            if (notice is not null) yield return notice;
            await using var stream = _stream = ChangeStream.Start(connection, session.Slot, session.Publication, position.At!.Value, cancellation);
            isOurs = false;
            var follower = new ChangeFollower(session, stream, position, await session.FlushedAsync(cancellation));
            await foreach (var item in follower.ReadAsync(cancellation)) yield return item;
        }
        finally
        {
            // The stream closes it in its own way.
            if (isOurs) await connection.DisposeAsync();
        }
    }

    public void Acknowledge(string position)
    {
        if (CapturePosition.Parse(position).At is { } place) _stream?.Confirm(place);
    }

    public ValueTask DisposeAsync() => session.Database.DisposeAsync();

    /// <summary>From where to read on; with a notice where that needs a new snapshot.</summary>
    private async Task<(CapturePosition Position, SourceNotice? Notice)> ContinueAsync(
        LogicalReplicationConnection connection, CapturePosition position, string system, CancellationToken cancellation)
    {
        var slot = await ReplicationSlot.FindAsync(session.Database, session.Slot, cancellation);
        if (slot?.Session is { } reader) await new SenderWatch(session.Database, session.Slot, reader, session.Context.Time).EndIfDeadAsync(cancellation);
        var shape = await session.ShapeAsync(cancellation);
        if (ReplicationSlot.WhyLost(slot, position, system, await session.FlushedAsync(cancellation)) is { } lost)
        {
            await ReplicationSlot.DropAsync(session.Database, session.Slot, cancellation);
            var made = await connection.CreatePgOutputReplicationSlot(
                session.Slot, slotSnapshotInitMode: LogicalSlotSnapshotInitMode.NoExport, cancellationToken: cancellation);
            var anew = new CapturePosition(null, 0, system, shape, position.System == system ? position.Unseen : null, ResyncPosition.Because(lost));
            return (anew.MovedTo(made.ConsistentPoint), Told(lost));
        }

        if (TableShape.Difference(position.Shape, shape) is { } difference)
            return (position with { Shape = shape, Resync = ResyncPosition.Because(difference) }, Told(difference));
        return (position, position.Resync?.Due is { } due ? Told(due) : null);
    }

    private static SourceNotice Told(string reason) => new(Resync.Required(reason));
}
