namespace Exchange.Catalog.Outbox;

internal static class OutboxSql
{
    public const string Channel = "exchange_outbox";

    /// <summary>$1 message type, $2 message, $3 now. The notification wakes the relay of this or another process on commit.</summary>
    public const string Add = """
        WITH added AS (INSERT INTO catalog.outbox (message_type, message, created_at) VALUES ($1, $2, $3) RETURNING outbox_id)
        SELECT pg_notify('exchange_outbox', '') FROM added
        """;

    /// <summary>$1 most rows. Locked until the transaction ends, so that two relays do not announce the same message.</summary>
    public const string Take = """
        SELECT outbox_id, message_type, message::text FROM catalog.outbox
        ORDER BY outbox_id LIMIT $1 FOR UPDATE SKIP LOCKED
        """;

    public const string Remove = "DELETE FROM catalog.outbox WHERE outbox_id = ANY($1)";
}
