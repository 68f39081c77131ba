using System.Reflection;

namespace Exchange.Adapters.Inventory;

/// <summary>The statements of an inventory. They read the database's own catalogue; only samples and counts read tables.</summary>
internal static class InventorySql
{
    /// <summary>$1 = milliseconds for each statement of the transaction. A table that another session has locked is passed over soon.</summary>
    public const string Limits = "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', '3s', true)";

    public const string Server = "SELECT current_database()::text, current_setting('server_version')";

    /// <summary>Unique indexes over whole columns and all rows, the primary key first, then those of few columns. $1 = table ids.</summary>
    public const string Keys = """
        SELECT i.indrelid, i.indisprimary, array_agg(a.attname::text ORDER BY k.place)
        FROM pg_catalog.pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = ANY ($1) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
        GROUP BY i.indexrelid, i.indrelid, i.indisprimary
        ORDER BY i.indrelid, i.indisprimary DESC, count(*), i.indexrelid
        """;

    /// <summary>$1 = schemas, or null for all.</summary>
    public static readonly string Tables = Embedded("tables.sql");

    /// <summary>$1 = table ids.</summary>
    public static readonly string Columns = Embedded("columns.sql");

    private static string Embedded(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Exchange.Adapters.Inventory.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
