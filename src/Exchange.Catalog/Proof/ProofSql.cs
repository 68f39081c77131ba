using Exchange.Catalog.Database;
using Exchange.Catalog.Resources;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Proof;

internal static class ProofSql
{
    public const string ReadOnly = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    /// <summary>$1 resource name, $2 fingerprint.</summary>
    public const string Find = """
        SELECT r.resource_id, p.code, f.head, f.loading, v.schema
        FROM catalog.resource r JOIN catalog.participant p USING (participant_id) JOIN catalog.feed f USING (resource_id)
        LEFT JOIN catalog.resource_version v ON v.resource_id = r.resource_id AND v.fingerprint = $2
        WHERE r.name = $1
        """;

    /// <summary>$1 resource_id, $2 fingerprint, $3 time, $4 head, $5 and $6 rows and digest of the source, $7 and $8 of the store, $9 ranges, $10 of these differing.</summary>
    public const string Record = """
        INSERT INTO catalog.comparison (
            resource_id, fingerprint, compared_at, head, source_rows, source_digest, store_rows, store_digest, ranges, ranges_differing)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    /// <summary>$1 setting, $2 texts. For statements that take no parameters.</summary>
    public const string SetTexts = "SELECT set_config($1, $2::text[]::text, true)";

    /// <summary>All rows, in the fields and the order of one version.</summary>
    public static string AllRows(string resource, ResourceSchema schema) =>
        $"COPY {StoreColumns.Store(resource)} ({StoreColumns.List(schema.Fields, StoreColumns.Column)}) TO STDOUT (FORMAT binary)";

    /// <summary>The rows of the keys that the settings hold, one setting per key field.</summary>
    public static string RowsOfKeys(string resource, ResourceSchema schema)
    {
        var texts = string.Join(", ", schema.Keys.Select((_, i) => $"current_setting('{Setting(i)}')::text[]"));
        var names = string.Join(", ", schema.Keys.Select((_, i) => $"k{Sql.Invariant(i)}"));
        var equal = string.Join(" AND ", schema.Keys.Select((k, i) => $"t.{StoreColumns.Column(k)} = k.k{Sql.Invariant(i)}::{k.Type.PostgresName()}"));
        return $"""
            COPY (
                SELECT {StoreColumns.List(schema.Fields, f => $"t.{StoreColumns.Column(f)}")}
                FROM unnest({texts}) AS k ({names}) JOIN {StoreColumns.Store(resource)} t ON {equal}
            ) TO STDOUT (FORMAT binary)
            """;
    }

    public static string Setting(int key) => $"exchange.key_{Sql.Invariant(key)}";
}
