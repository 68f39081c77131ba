namespace Exchange.Gateway.Authorization;

internal static class GrantSql
{
    public const string Listen = "LISTEN exchange_grants";

    public const string Version = "SELECT version FROM catalog.grant_state";

    public const string Clients = """
        SELECT c.client_id, c.participant_id, p.code, c.secret_hash, c.roles, c.disabled_at IS NOT NULL
        FROM catalog.client c JOIN catalog.participant p USING (participant_id)
        """;

    /// <summary>Parameter 1: the version already known; grants changed since carry a higher one.</summary>
    public const string Grants = """
        SELECT g.grant_id, g.grant_version, g.consumer_id, g.resource_id, r.name, g.resource_version, v.schema, g.purpose, g.fields::text, g.row_filter,
               g.methods, g.verify_fields, g.case_required, g.rows_per_day, g.valid_from, g.valid_until, g.revoked_at IS NOT NULL, g.revoke_reason
        FROM catalog.access_grant g
        JOIN catalog.resource r USING (resource_id)
        JOIN catalog.resource_version v ON v.resource_id = g.resource_id AND v.version = g.resource_version
        WHERE g.grant_version > $1
        ORDER BY g.created_at, g.grant_id
        """;

    public const string ColumnBits = "SELECT resource_id, name, bit FROM catalog.resource_column";
}
