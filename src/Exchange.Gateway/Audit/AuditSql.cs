namespace Exchange.Gateway.Audit;

internal static class AuditSql
{
    /// <summary>Held by the session that writes a log, so that two gateways never write one log.</summary>
    public const string LockLog = "SELECT pg_try_advisory_lock(hashtextextended('exchange.audit.' || $1, 0))";

    /// <summary>A session of this log's writer that was lost may live on at the server, and hold the lock.</summary>
    public const string EndSession = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND usename = current_user AND application_name = $2";

    public const string NextIndex = "SELECT coalesce(max(index) + 1, 0) FROM audit.entry WHERE log = $1";

    /// <summary>Columns of <see cref="Copy"/>.</summary>
    public const int Columns = 19;

    /// <summary>Takes a group of entries, all of them or none.</summary>
    public const string Copy = """
        COPY audit.entry (log, index, kind, at, request_id, client_id, participant_id, grant_id, grant_version, resource_id, operation,
            purpose, case_number, request_hash, from_offset, row_count, byte_count, body_sha256, outcome) FROM STDIN (FORMAT binary)
        """;
}
