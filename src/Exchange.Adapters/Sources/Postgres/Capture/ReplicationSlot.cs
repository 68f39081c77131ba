using Npgsql;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>A replication slot as the server shows it.</summary>
/// <param name="Status"><c>reserved</c>, <c>extended</c>, <c>unreserved</c> or <c>lost</c>; empty where the server does not tell.</param>
/// <param name="Retained">Bytes of log that the slot holds back.</param>
/// <param name="Budget">Bytes that it may hold back; negative for any number.</param>
internal sealed record ReplicationSlot(string Plugin, bool IsOfThisDatabase, int? Session, NpgsqlLogSequenceNumber? Confirmed, string Status, long Retained, long Budget)
{
    /// <summary>Retained log as a share of the budget; 0 where there is no budget.</summary>
    public double Share => Budget > 0 ? Math.Max(Retained, 0) / (double)Budget : 0;

    /// <returns>Null where there is none of that name.</returns>
    public static async Task<ReplicationSlot?> FindAsync(NpgsqlDataSource database, string name, CancellationToken cancellation)
    {
        await using var command = database.CreateQuickCommand(CaptureSql.Slot);
        command.Parameters.Add(new() { Value = name });
        await using var r = await command.ExecuteReaderAsync(cancellation);
        if (!await r.ReadAsync(cancellation)) return null;
        return new ReplicationSlot(
            r.IsDBNull(0) ? "" : r.GetString(0),
            !r.IsDBNull(1) && r.GetBoolean(1),
            r.IsDBNull(2) ? null : r.GetInt32(2),
            r.IsDBNull(3) ? null : NpgsqlLogSequenceNumber.Parse(r.GetString(3)),
            r.GetString(4),
            r.IsDBNull(5) ? 0 : r.GetInt64(5),
            r.IsDBNull(6) ? -1 : r.GetInt64(6));
    }

    /// <summary>Drops the slot, where it is there.</summary>
    /// <exception cref="PostgresException">A session uses it (55006).</exception>
    public static async Task DropAsync(NpgsqlDataSource database, string name, CancellationToken cancellation)
    {
        await using var command = database.CreateQuickCommand(CaptureSql.DropSlot);
        command.Parameters.Add(new() { Value = name });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Whether the log from a position on can still be had from this slot: null, or why not.</summary>
    /// <param name="slot">The slot; null where it is missing.</param>
    /// <param name="system">Identifier of the database system.</param>
    /// <param name="flushed">Where the server's log ends.</param>
    public static string? WhyLost(ReplicationSlot? slot, CapturePosition position, string system, NpgsqlLogSequenceNumber flushed)
    {
        if (position.System != system) return "the source is another database system than the one that was read";
        if (position.At > flushed) return $"the source's log ends at {flushed}, before the position {position.Lsn}: it was set back to an earlier state";
        if (slot is null) return "the replication slot is missing";
        if (!slot.IsOfThisDatabase || slot.Plugin != "pgoutput") return "the replication slot is one of another database or plugin";
        if (slot.Status == "lost" || slot.Confirmed is null) return "the replication slot was invalidated: the log it needs is gone";
        return slot.Confirmed > position.At ? $"the replication slot stands at {slot.Confirmed}, past the position {position.Lsn}" : null;
    }
}
