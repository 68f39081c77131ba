namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>Statements whose names never vary.</summary>
internal static class PostgresSinkSql
{
    public const string SettingsSql = """
        SELECT set_config('TimeZone', $1, true), set_config('lock_timeout', '30s', true)
        """;

    /// <summary>Whether a unique index over exactly these columns exists.</summary>
    public const string UniqueKeySql = """
        SELECT EXISTS (
            SELECT FROM pg_index i
            WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
              AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text)
                   FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) AS k(attnum)
                   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)
                = (SELECT array_agg(name ORDER BY name) FROM unnest($2::text[]) AS n(name)))
        """;

    public const string CommentSql = "SELECT format('COMMENT ON COLUMN %s.%I IS %L', $1, $2, $3)";

    public const string LockCreationSql = "SELECT pg_advisory_xact_lock(hashtextextended('exchange_cursor', 0))";

    /// <summary>The cursors of all adapters that land in tables of one schema.</summary>
    public static string CreateCursorTable(string table) => $"""
        CREATE TABLE IF NOT EXISTS {table} (
            adapter    text        PRIMARY KEY,
            resource   text        NOT NULL,
            purpose    text        NOT NULL,
            "cursor"   text,
            fields     text[]      NOT NULL DEFAULT ARRAY[]::text[],
            rows       bigint      NOT NULL DEFAULT 0,
            applied_at timestamptz
        )
        """;

    public static string ReadCursor(string table) => $"""
        SELECT "cursor", resource, purpose, fields FROM {table} WHERE adapter = $1
        """;

    /// <summary>Keeps the sink where it is until the transaction ends. $1 adapter.</summary>
    public static string HoldCursor(string table) => $"SELECT FROM {table} WHERE adapter = $1 FOR UPDATE";

    /// <summary>$1 adapter, $2 the cursor to go on from, or null for a snapshot first.</summary>
    public static string MoveCursor(string table) => $"""UPDATE {table} SET "cursor" = $2 WHERE adapter = $1""";

    public static string LockCursor(string table) => $"""
        INSERT INTO {table} AS c (adapter, resource, purpose) VALUES ($1, $2, $3)
        ON CONFLICT (adapter) DO UPDATE SET resource = excluded.resource, purpose = excluded.purpose
        RETURNING c."cursor"
        """;

    public static string WriteCursor(string table) => $"""
        UPDATE {table} SET "cursor" = $2, fields = $3, rows = rows + $4, applied_at = $5 WHERE adapter = $1
        """;
}
