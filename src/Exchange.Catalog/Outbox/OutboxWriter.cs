using System.Text.Json;
using Exchange.Catalog.Database;
using Npgsql;

namespace Exchange.Catalog.Outbox;

/// <summary>Leaves an event in the caller's transaction; the relay announces it after commit.</summary>
internal static class OutboxWriter
{
    public static async Task AddAsync<TEvent>(NpgsqlConnection connection, TEvent message, DateTimeOffset now, CancellationToken cancellation)
        where TEvent : class =>
        await connection.ExecuteAsync(OutboxSql.Add, cancellation, OutboxMessages.NameOf<TEvent>(), SqlValue.Json(JsonSerializer.Serialize(message)), now);
}
