namespace Exchange.Gateway.Catalogue;

/// <summary>Reads of the catalogue. Each gives one JSON text per row; $1 and $2 are the place to go on from and the number of rows.</summary>
internal static class CatalogueSql
{
    public const string Resources = """
        SELECT jsonb_build_object('resource', r.resource_id, 'name', r.name, 'publisher', p.code, 'titleZh', r.title_zh, 'titleEn', r.title_en,
            'description', r.description, 'version', r.current_version, 'registeredAt', to_char(r.registered_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'head', f.head, 'loading', f.loading)::text, r.name
        FROM catalog.resource r JOIN catalog.participant p USING (participant_id) LEFT JOIN catalog.feed f USING (resource_id)
        WHERE r.name > $1 ORDER BY r.name LIMIT $2
        """;

    public const string Resource = """
        SELECT jsonb_build_object('resource', r.resource_id, 'name', r.name, 'publisher', p.code, 'titleZh', r.title_zh, 'titleEn', r.title_en,
            'description', r.description, 'version', r.current_version, 'registeredAt', to_char(r.registered_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'head', f.head, 'loading', f.loading)::text
        FROM catalog.resource r JOIN catalog.participant p USING (participant_id) LEFT JOIN catalog.feed f USING (resource_id)
        WHERE r.name = $1
        """;

    public const string Schema = """
        SELECT v.schema FROM catalog.resource r JOIN catalog.resource_version v ON v.resource_id = r.resource_id AND v.version = r.current_version WHERE r.name = $1
        """;

    private const string GrantObject = """
        jsonb_build_object('grant', g.grant_id, 'version', g.grant_version, 'consumer', p.code, 'resource', r.name, 'resourceVersion', g.resource_version,
            'purpose', g.purpose, 'legalBasis', g.legal_basis, 'fields', g.fields, 'rowFilter', g.row_filter, 'methods', g.methods,
            'verifyFields', g.verify_fields, 'caseRequired', g.case_required, 'rowsPerDay', g.rows_per_day,
            'validFrom', to_char(g.valid_from, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'validUntil', to_char(g.valid_until, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'createdAt', to_char(g.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'createdBy', g.created_by,
            'revokedAt', to_char(g.revoked_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'revokedBy', g.revoked_by, 'revokeReason', g.revoke_reason)::text
        """;

    public const string Grants = $"""
        SELECT {GrantObject}, g.grant_id::text
        FROM catalog.access_grant g JOIN catalog.participant p ON p.participant_id = g.consumer_id JOIN catalog.resource r USING (resource_id)
        WHERE g.grant_id::text > $1 ORDER BY g.grant_id::text LIMIT $2
        """;

    public const string Grant = $"""
        SELECT {GrantObject}
        FROM catalog.access_grant g JOIN catalog.participant p ON p.participant_id = g.consumer_id JOIN catalog.resource r USING (resource_id)
        WHERE g.grant_id = $1
        """;

    public const string Streams = """
        SELECT jsonb_build_object('stream', s.stream_id, 'resource', r.name, 'source', s.source, 'version', s.version, 'epoch', s.epoch, 'sequence', s.sequence,
            'inSnapshot', s.in_snapshot, 'state', s.state, 'heldCode', s.held_code, 'heldReason', s.held_reason,
            'noteCode', s.note_code, 'noteReason', s.note_reason, 'rowsAccepted', s.rows_accepted,
            'rowsQuarantined', s.rows_quarantined, 'head', f.head, 'loading', f.loading,
            'committedAt', to_char(s.committed_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'lastDecision', d.decision)::text, r.name
        FROM catalog.stream s JOIN catalog.resource r USING (resource_id) JOIN catalog.feed f USING (resource_id)
        LEFT JOIN LATERAL (
            SELECT jsonb_build_object('action', a.action, 'heldCode', a.held_code, 'heldReason', a.held_reason, 'sequence', a.sequence, 'reason', a.reason,
                'by', a.requested_by, 'at', to_char(a.requested_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS decision
            FROM catalog.stream_action a WHERE a.stream_id = s.stream_id ORDER BY a.action_id DESC LIMIT 1) d ON true
        WHERE r.name > $1 ORDER BY r.name LIMIT $2
        """;

    public const string StreamOfResource = "SELECT s.stream_id FROM catalog.stream s JOIN catalog.resource r USING (resource_id) WHERE r.name = $1";

    /// <summary>$1 resource name.</summary>
    public const string Owner = "SELECT p.code FROM catalog.resource r JOIN catalog.participant p USING (participant_id) WHERE r.name = $1";
}
