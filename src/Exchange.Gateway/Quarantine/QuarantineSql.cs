namespace Exchange.Gateway.Quarantine;

internal static class QuarantineSql
{
    private const string Item = """
        jsonb_build_object('id', q.quarantine_id, 'sequence', q.sequence, 'rowNumber', q.row_number, 'version', q.version, 'reasons', q.reasons,
            'setAsideAt', to_char(q.set_aside_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'state', q.state,
            'settledAt', to_char(q.settled_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
        """;

    /// <summary>$1 the place to go on from, $2 the number of rows, $3 the resource, $4 the state, or empty for all. What was set aside and why; the rows themselves stay where they are.</summary>
    public const string List = $"""
        SELECT {Item}::text, q.quarantine_id::text
        FROM catalog.quarantine q JOIN catalog.resource r USING (resource_id)
        WHERE r.name = $3 AND ($4 = '' OR q.state = $4) AND q.quarantine_id > CASE WHEN $1 = '' THEN 0 ELSE $1::bigint END ORDER BY q.quarantine_id LIMIT $2
        """;

    /// <summary>$1 resource name, $2 quarantine_id. The record as JSON without its values, the row as it came, and the schema it came with.</summary>
    public const string Record = $"""
        SELECT ({Item} || jsonb_build_object('actions', coalesce((
                SELECT jsonb_agg(jsonb_build_object('action', a.action, 'outcome', a.outcome, 'fields', a.fields, 'reason', a.reason, 'requestedBy', a.requested_by,
                    'requestedAt', to_char(a.requested_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) ORDER BY a.action_id)
                FROM catalog.quarantine_action a WHERE a.quarantine_id = q.quarantine_id), '[]'::jsonb)))::text, q.row, v.schema
        FROM catalog.quarantine q JOIN catalog.resource r USING (resource_id)
        JOIN catalog.resource_version v ON v.resource_id = q.resource_id AND v.version = q.version
        WHERE r.name = $1 AND q.quarantine_id = $2
        """;
}
