using Exchange.Catalog.Database;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Npgsql;

namespace Exchange.Catalog.Streams;

/// <summary>A stream's row, with its resource and the resource's feed offset.</summary>
internal sealed record StreamRow(StreamStatus Status, ResourceId Resource)
{
    public bool IsHeld => Status.State == HeldState;

    public const string HeldState = "held";

    public static async Task<StreamRow?> FindAsync(NpgsqlConnection connection, StreamId stream, bool forUpdate, CancellationToken cancellation)
    {
        var rows = await connection.ListAsync(
            forUpdate ? StreamsSql.StatusForUpdate : StreamsSql.Status,
            r => new StreamRow(
                new StreamStatus(
                    stream,
                    Epoch: r.GetInt64(0),
                    CommittedSequence: r.GetInt64(1),
                    Position: r.TextOrNull(2),
                    InSnapshot: r.GetBoolean(3),
                    State: r.GetString(4),
                    HeldCode: r.TextOrNull(5),
                    HeldReason: r.TextOrNull(6),
                    RowsAccepted: r.GetInt64(7),
                    RowsQuarantined: r.GetInt64(8),
                    Head: r.GetInt64(9),
                    NoteCode: r.TextOrNull(11),
                    NoteReason: r.TextOrNull(12)),
                new ResourceId(r.GetGuid(10))),
            cancellation,
            stream.Value);
        return rows.SingleOrDefault();
    }
}
