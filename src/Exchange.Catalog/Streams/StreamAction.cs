using Exchange.Catalog.Database;
using Exchange.Contracts.Messages.V1;
using Npgsql;

namespace Exchange.Catalog.Streams;

/// <summary>Puts on record what people decided about a held stream: who, when, why, and what had held it.</summary>
internal static class StreamAction
{
    public const string Release = "release";
    public const string Reject = "reject";

    /// <summary>Inside the caller's transaction.</summary>
    /// <param name="held">The stream as it was held.</param>
    /// <param name="sequence">The stream's sequence after the action.</param>
    public static Task<int> AddAsync(
        NpgsqlConnection connection, string action, StreamStatus held, long sequence, string? reason, string requestedBy, DateTimeOffset now, CancellationToken cancellation) =>
        connection.ExecuteAsync(
            StreamsSql.AddAction, cancellation, held.Stream.Value, action, sequence, held.HeldCode!, held.HeldReason!, SqlValue.Text(reason), requestedBy, now);
}
