namespace Exchange.Catalog.Resources;

internal static class ResourcesSql
{
    /// <summary>Registrations run one after the other; they are rare and make tables. The key is arbitrary but fixed.</summary>
    public const string Lock = "SELECT pg_advisory_xact_lock(7012201)";

    /// <summary>A long read must not queue up all others behind a change of the table.</summary>
    public const string LockTimeout = "SET LOCAL lock_timeout = '5s'";

    /// <summary>$1 name.</summary>
    public const string Find = """
        SELECT r.resource_id, r.participant_id, r.current_version, v.fingerprint, v.schema
        FROM catalog.resource r JOIN catalog.resource_version v ON v.resource_id = r.resource_id AND v.version = r.current_version
        WHERE r.name = $1
        FOR NO KEY UPDATE OF r
        """;

    /// <summary>$1 resource_id, $2 fingerprint.</summary>
    public const string FindVersion = "SELECT version FROM catalog.resource_version WHERE resource_id = $1 AND fingerprint = $2";

    /// <summary>The partition that carries the fewest resources. $1 number of partitions.</summary>
    public const string ChoosePartition = """
        SELECT p FROM generate_series(0, $1 - 1) AS p
        LEFT JOIN catalog.resource r ON r.partition = p
        GROUP BY p ORDER BY count(r.resource_id), p LIMIT 1
        """;

    /// <summary>$1 resource_id, $2 name, $3 participant_id, $4 title_zh, $5 title_en, $6 description, $7 version, $8 partition, $9 now.</summary>
    public const string Insert = """
        INSERT INTO catalog.resource (resource_id, name, participant_id, title_zh, title_en, description, current_version, partition, registered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    public const string InsertFeed = "INSERT INTO catalog.feed (resource_id) VALUES ($1)";

    /// <summary>$1 resource_id, $2 title_zh, $3 title_en, $4 description, $5 version.</summary>
    public const string Update = """
        UPDATE catalog.resource SET title_zh = $2, title_en = $3, description = $4, current_version = $5
        WHERE resource_id = $1
        """;

    /// <summary>$1 resource_id, $2 version, $3 schema, $4 fingerprint, $5 now.</summary>
    public const string InsertVersion = """
        INSERT INTO catalog.resource_version (resource_id, version, schema, fingerprint, registered_at)
        VALUES ($1, $2, $3, $4, $5)
        """;

    /// <summary>$1 resource_id, $2 names, $3 bits.</summary>
    public const string InsertColumns = """
        INSERT INTO catalog.resource_column (resource_id, name, bit)
        SELECT $1, c.name, c.bit FROM unnest($2::text[], $3::integer[]) AS c (name, bit)
        ON CONFLICT (resource_id, name) DO NOTHING
        """;

    /// <summary>$1 resource_id.</summary>
    public const string Columns = "SELECT name, bit FROM catalog.resource_column WHERE resource_id = $1";

    /// <summary>Fields of which the feed keeps earlier values. $1 name of the feed table.</summary>
    public const string FilterableColumns = """
        SELECT substr(attname, 8) FROM pg_attribute
        WHERE attrelid = $1::regclass AND attname LIKE 'before:%' AND NOT attisdropped
        """;

    /// <summary>Codes of the participants that hold a valid grant. $1 resource_id, $2 now.</summary>
    public const string Subscribers = """
        SELECT DISTINCT p.code FROM catalog.access_grant g JOIN catalog.participant p ON p.participant_id = g.consumer_id
        WHERE g.resource_id = $1 AND g.revoked_at IS NULL AND g.valid_until > $2
        ORDER BY p.code
        """;
}
