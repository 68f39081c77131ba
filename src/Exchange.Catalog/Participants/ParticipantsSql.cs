namespace Exchange.Catalog.Participants;

internal static class ParticipantsSql
{
    /// <summary>$1 id if new, $2 code, $3 title_zh, $4 title_en, $5 uscc, $6 now.</summary>
    public const string Register = """
        INSERT INTO catalog.participant (participant_id, code, title_zh, title_en, uscc, registered_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (code) DO UPDATE SET title_zh = excluded.title_zh, title_en = excluded.title_en, uscc = excluded.uscc
        RETURNING participant_id
        """;

    public const string FindByCode = "SELECT participant_id FROM catalog.participant WHERE code = $1";

    /// <summary>$1 client_id, $2 participant_id, $3 secret_hash, $4 roles, $5 now.</summary>
    public const string RegisterClient = """
        INSERT INTO catalog.client (client_id, participant_id, secret_hash, roles, registered_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (client_id) DO UPDATE SET secret_hash = excluded.secret_hash, roles = excluded.roles, disabled_at = NULL
        WHERE client.participant_id = excluded.participant_id
        """;

    public const string DisableClient = "UPDATE catalog.client SET disabled_at = coalesce(disabled_at, $2) WHERE client_id = $1";
}
