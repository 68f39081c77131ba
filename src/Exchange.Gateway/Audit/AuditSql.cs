using Npgsql;
using NpgsqlTypes;

namespace Exchange.Gateway.Audit;

internal static class AuditSql
{
    /// <summary>Held by the session that writes a log, so that two gateways never write one log.</summary>
    public const string LockLog = "SELECT pg_try_advisory_lock(hashtextextended('exchange.audit.' || $1, 0))";

    /// <summary>A session of this log's writer that was lost may live on at the server, and hold the lock.</summary>
    public const string EndSession = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND usename = current_user AND application_name = $2";

    public const string NextIndex = "SELECT coalesce(max(index) + 1, 0) FROM audit.entry WHERE log = $1";

    private const string Insert = """
        INSERT INTO audit.entry (log, index, kind, at, request_id, client_id, participant_id, grant_id, grant_version, resource_id, operation,
            purpose, case_number, request_hash, from_offset, row_count, byte_count, body_sha256, outcome)
        SELECT $1, $2 + n - 1, kind, at, request_id, client_id, participant_id, grant_id, grant_version, resource_id, operation,
            purpose, case_number, request_hash, from_offset, row_count, byte_count, body_sha256, outcome
        FROM unnest($3::text[], $4::timestamptz[], $5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::bigint[], $10::uuid[], $11::text[],
            $12::text[], $13::text[], $14::bytea[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bytea[], $19::text[])
            WITH ORDINALITY AS e (kind, at, request_id, client_id, participant_id, grant_id, grant_version, resource_id, operation,
            purpose, case_number, request_hash, from_offset, row_count, byte_count, body_sha256, outcome, n)
        """;

    public static NpgsqlCommand InsertGroup(NpgsqlConnection connection, string log, long firstIndex, IReadOnlyList<AuditEntry> group)
    {
        var command = new NpgsqlCommand(Insert, connection);
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<string> { TypedValue = log });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = firstIndex });
        Add(parameters, group, NpgsqlDbType.Text, e => e.Kind);
        Add(parameters, group, NpgsqlDbType.TimestampTz, e => e.At.UtcDateTime);
        Add(parameters, group, NpgsqlDbType.Uuid, e => e.RequestId);
        Add(parameters, group, NpgsqlDbType.Text, e => e.ClientId);
        Add(parameters, group, NpgsqlDbType.Uuid, e => e.ParticipantId);
        Add(parameters, group, NpgsqlDbType.Uuid, e => e.GrantId);
        Add(parameters, group, NpgsqlDbType.Bigint, e => e.GrantVersion);
        Add(parameters, group, NpgsqlDbType.Uuid, e => e.ResourceId);
        Add(parameters, group, NpgsqlDbType.Text, e => e.Operation);
        Add(parameters, group, NpgsqlDbType.Text, e => e.Purpose);
        Add(parameters, group, NpgsqlDbType.Text, e => e.CaseNumber);
        Add(parameters, group, NpgsqlDbType.Bytea, e => e.RequestHash);
        Add(parameters, group, NpgsqlDbType.Bigint, e => e.FromOffset);
        Add(parameters, group, NpgsqlDbType.Bigint, e => e.RowCount);
        Add(parameters, group, NpgsqlDbType.Bigint, e => e.ByteCount);
        Add(parameters, group, NpgsqlDbType.Bytea, e => e.BodySha256);
        Add(parameters, group, NpgsqlDbType.Text, e => e.Outcome);
        return command;
    }

    private static void Add<T>(NpgsqlParameterCollection parameters, IReadOnlyList<AuditEntry> group, NpgsqlDbType type, Func<AuditEntry, T> column)
    {
        var values = new T[group.Count];
        for (var i = 0; i < values.Length; i++) values[i] = column(group[i]);
        parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
    }
}
