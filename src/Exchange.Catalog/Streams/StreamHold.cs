using System.Text.Json;
using Exchange.Catalog.Database;
using Exchange.Catalog.Outbox;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Npgsql;

namespace Exchange.Catalog.Streams;

/// <summary>Holds a stream, visibly: nothing of it is committed until it is released.</summary>
internal static class StreamHold
{
    private const int LongestReason = 1000;

    /// <summary>Inside the caller's transaction.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, StreamId stream, ResourceId resource, long epoch, string code, string reason, DateTimeOffset now, CancellationToken cancellation)
    {
        var shown = reason.Length <= LongestReason ? reason : reason[..LongestReason];
        await connection.ExecuteAsync(StreamsSql.Hold, cancellation, stream.Value, code, shown);
        var announcement = new StreamWasHeld(stream, resource, epoch, code, shown);
        await OutboxWriter.AddAsync(connection, announcement, now, cancellation);
    }

    /// <summary>The batch that is kept with the hold, or null.</summary>
    public static async Task<RecordBatch?> FindBatchAsync(NpgsqlConnection connection, StreamId stream, CancellationToken cancellation) => (await connection.ListAsync(
        StreamsSql.HeldBatch, r => new RecordBatch(JsonSerializer.Deserialize<BatchHeader>(r.GetString(0))!, r.GetFieldValue<byte[]>(1)), cancellation, stream.Value)).SingleOrDefault();
}
