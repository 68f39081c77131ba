using Exchange.Catalog.Database;
using Exchange.Catalog.Resources;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Quarantine;

internal static class QuarantineSql
{
    /// <summary>$1 resource_id, $2 stream_id, $3 sequence, $4 version, $5 now, $6 row numbers, $7 rows, $8 reasons, $9 keys, $10 states.</summary>
    public const string SetAside = """
        INSERT INTO catalog.quarantine (resource_id, stream_id, sequence, row_number, version, row, reasons, set_aside_at, key, state, settled_at)
        SELECT $1, $2, $3, q.row_number, $4, q.row, q.reasons::jsonb, $5, q.key, q.state, CASE q.state WHEN 'open' THEN NULL ELSE $5 END
        FROM unnest($6::integer[], $7::bytea[], $8::text[], $9::bytea[], $10::text[]) AS q (row_number, row, reasons, key, state)
        """;

    /// <summary>$1 resource_id.</summary>
    public const string HasOpenKeys = "SELECT EXISTS (SELECT FROM catalog.quarantine WHERE resource_id = $1 AND state = 'open' AND key IS NOT NULL)";

    /// <summary>$1 resource_id, $2 keys, $3 now.</summary>
    public const string OvertakeKeys = """
        UPDATE catalog.quarantine SET state = 'overtaken', settled_at = $3
        WHERE resource_id = $1 AND state = 'open' AND key = ANY($2)
        """;

    /// <summary>A complete snapshot is newer than everything before it. $1 stream_id, $2 now.</summary>
    public const string OvertakeBeforeSnapshot = """
        UPDATE catalog.quarantine SET state = 'overtaken', settled_at = $2
        WHERE stream_id = $1 AND state = 'open' AND sequence < (SELECT max(sequence) FROM catalog.batch WHERE stream_id = $1 AND kind = 1)
        """;

    /// <summary>An older record of a key that was released under it. $1 resource_id, $2 key, $3 quarantine_id, $4 now.</summary>
    public const string OvertakeOlder = """
        UPDATE catalog.quarantine SET state = 'overtaken', settled_at = $4
        WHERE resource_id = $1 AND state = 'open' AND key = $2 AND quarantine_id < $3
        """;

    /// <summary>$1 resource name.</summary>
    public const string FindResource = """
        SELECT p.code, s.stream_id, v.fingerprint
        FROM catalog.resource r JOIN catalog.participant p USING (participant_id) LEFT JOIN catalog.stream s USING (resource_id)
        JOIN catalog.resource_version v ON v.resource_id = r.resource_id AND v.version = r.current_version
        WHERE r.name = $1
        """;

    private const string Record = """
        SELECT q.quarantine_id, q.row, q.key, q.state, q.settled_at, q.released_head, v.schema, b.last_offset
        FROM catalog.quarantine q
        JOIN catalog.resource_version v ON v.resource_id = q.resource_id AND v.version = q.version
        LEFT JOIN catalog.batch b ON b.stream_id = q.stream_id AND b.sequence = q.sequence
        """;

    /// <summary>$1 quarantine_id, $2 stream_id.</summary>
    public const string Find = Record + "\nWHERE q.quarantine_id = $1 AND q.stream_id = $2 FOR UPDATE OF q";

    /// <summary>$1 resource_id, $2 quarantine_id to go on after, $3 most rows.</summary>
    public const string FindOpen = Record + "\nWHERE q.resource_id = $1 AND q.state = 'open' AND q.quarantine_id > $2 ORDER BY q.quarantine_id LIMIT $3 FOR UPDATE OF q";

    /// <summary>$1 quarantine_ids, $2 state, $3 now, $4 head.</summary>
    public const string Settle = """
        UPDATE catalog.quarantine SET state = $2, settled_at = $3, released_head = $4 WHERE quarantine_id = ANY($1)
        """;

    /// <summary>$1 quarantine_ids, $2 action, $3 outcome, $4 fields, $5 reason, $6 client, $7 now.</summary>
    public const string AddAction = """
        INSERT INTO catalog.quarantine_action (quarantine_id, action, outcome, fields, reason, requested_by, requested_at)
        SELECT id, $2, $3, $4, $5, $6, $7 FROM unnest($1::bigint[]) AS a (id)
        """;

    /// <summary>What a release moves: the feed, and the stream's count. $1 resource_id, $2 head, $3 stream_id, $4 rows.</summary>
    public const string MoveFeed = """
        WITH feed AS (UPDATE catalog.feed SET head = $2 WHERE resource_id = $1)
        UPDATE catalog.stream SET rows_accepted = rows_accepted + $4 WHERE stream_id = $3
        """;

    /// <summary>The offset of a key's last change, where the store has it. $1… the key's values as text.</summary>
    public static string OffsetOfKey(string resource, ResourceSchema schema) =>
        $"SELECT _offset FROM {StoreColumns.Store(resource)} WHERE "
        + string.Join(" AND ", schema.Keys.Select((k, i) => $"{StoreColumns.Column(k)} = ${Sql.Invariant(i + 1)}::text::{k.Type.PostgresName()}"));
}
