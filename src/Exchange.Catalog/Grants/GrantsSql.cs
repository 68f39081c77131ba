namespace Exchange.Catalog.Grants;

internal static class GrantsSql
{
    public const string RaiseVersion = """
        WITH raised AS (UPDATE catalog.grant_state SET version = version + 1 RETURNING version)
        SELECT version, pg_notify('exchange_grants', version::text) FROM raised
        """;

    /// <summary>$1 resource name.</summary>
    public const string FindResource = """
        SELECT r.resource_id, r.current_version, v.schema
        FROM catalog.resource r JOIN catalog.resource_version v ON v.resource_id = r.resource_id AND v.version = r.current_version
        WHERE r.name = $1
        """;

    /// <summary>Calls name their purpose to choose a grant, so two valid ones must not share it. $1 consumer, $2 resource, $3 purpose, $4 from, $5 until.</summary>
    public const string Overlaps = """
        SELECT EXISTS (
            SELECT FROM catalog.access_grant
            WHERE consumer_id = $1 AND resource_id = $2 AND purpose = $3 AND revoked_at IS NULL AND valid_from < $5 AND valid_until > $4)
        """;

    public const string Insert = """
        INSERT INTO catalog.access_grant (
            grant_id, grant_version, consumer_id, resource_id, resource_version, purpose, legal_basis, fields, row_filter, methods,
            verify_fields, case_required, rows_per_day, valid_from, valid_until, created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """;

    /// <summary>$1 grant_id.</summary>
    public const string Find = "SELECT grant_version, revoked_at IS NOT NULL FROM catalog.access_grant WHERE grant_id = $1 FOR UPDATE";

    /// <summary>$1 grant_id, $2 grant_version, $3 now, $4 who, $5 reason.</summary>
    public const string Revoke = """
        UPDATE catalog.access_grant SET grant_version = $2, revoked_at = $3, revoked_by = $4, revoke_reason = $5
        WHERE grant_id = $1
        """;
}
