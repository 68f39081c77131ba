namespace Exchange.Hosting.Database;

internal static class MigratorSql
{
    public const int MigrationTimeoutSeconds = 3600;

    /// <summary>Parameter 1: the schema. Waits for another migrator as long as the command timeout allows.</summary>
    public const string Lock = "SELECT pg_advisory_lock(hashtextextended('exchange.migrate.' || $1, 0))";

    public const string Unlock = "SELECT pg_advisory_unlock(hashtextextended('exchange.migrate.' || $1, 0))";

    public const string HistoryExists = "SELECT to_regclass(quote_ident($1) || '.schema_history') IS NOT NULL";

    public static string CreateHistory(string schema) =>
        $"""
        CREATE TABLE IF NOT EXISTS {Quote(schema)}.schema_history (
            version    integer     PRIMARY KEY,
            name       text        NOT NULL,
            sha256     text        NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            applied_by text        NOT NULL DEFAULT current_user
        )
        """;

    public static string ReadHistory(string schema) => $"SELECT version, sha256 FROM {Quote(schema)}.schema_history ORDER BY version";

    public static string InsertHistory(string schema) => $"INSERT INTO {Quote(schema)}.schema_history (version, name, sha256) VALUES ($1, $2, $3)";

    private static string Quote(string identifier) => '"' + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
