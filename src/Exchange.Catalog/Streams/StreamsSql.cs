namespace Exchange.Catalog.Streams;

internal static class StreamsSql
{
    /// <summary>$1 resource name.</summary>
    public const string FindResource = """
        SELECT r.resource_id, p.code, r.partition, s.stream_id, s.source, s.state, s.held_reason
        FROM catalog.resource r JOIN catalog.participant p USING (participant_id) LEFT JOIN catalog.stream s USING (resource_id)
        WHERE r.name = $1
        """;

    /// <summary>$1 resource_id, $2 fingerprint.</summary>
    public const string FindVersion = "SELECT version, schema FROM catalog.resource_version WHERE resource_id = $1 AND fingerprint = $2";

    /// <summary>
    /// No row where another source has the stream, it was held meanwhile, or the opener has opened it later than this.
    /// $1 stream_id if new, $2 resource_id, $3 source, $4 version, $5 now, $6 opener, $7 opening.
    /// </summary>
    public const string Open = """
        INSERT INTO catalog.stream AS s (stream_id, resource_id, source, version, epoch, opened_at, opener, opening) VALUES ($1, $2, $3, $4, 1, $5, $6, $7)
        ON CONFLICT (resource_id) DO UPDATE
        SET epoch = CASE WHEN s.opener = excluded.opener AND s.opening = excluded.opening THEN s.epoch ELSE s.epoch + 1 END,
            version = excluded.version, opened_at = excluded.opened_at, opener = excluded.opener, opening = excluded.opening
        WHERE s.source = excluded.source AND s.state = 'open' AND (s.opener IS DISTINCT FROM excluded.opener OR s.opening <= excluded.opening)
        RETURNING stream_id, epoch, sequence, position, in_snapshot
        """;

    /// <summary>$1 stream_id.</summary>
    public const string Status = """
        SELECT s.epoch, s.sequence, s.position, s.in_snapshot, s.state, s.held_code, s.held_reason, s.rows_accepted, s.rows_quarantined, f.head, s.resource_id,
               s.note_code, s.note_reason
        FROM catalog.stream s JOIN catalog.feed f USING (resource_id)
        WHERE s.stream_id = $1
        """;

    public const string StatusForUpdate = Status + " FOR UPDATE OF s";

    /// <summary>$1 stream_id, $2 code, $3 reason.</summary>
    public const string Hold = "UPDATE catalog.stream SET state = 'held', held_code = $2, held_reason = $3 WHERE stream_id = $1";

    /// <summary>$1 stream_id, $2 code, $3 reason, $4 now.</summary>
    public const string Note = "UPDATE catalog.stream SET note_code = $2, note_reason = $3, noted_at = $4 WHERE stream_id = $1";

    /// <summary>$1 stream_id.</summary>
    public const string Release = "UPDATE catalog.stream SET state = 'open', held_code = NULL, held_reason = NULL WHERE stream_id = $1";

    /// <summary>Goes past the end of a snapshot without committing it. $1 stream_id, $2 sequence, $3 position, $4 code of the note, $5 its text, $6 now.</summary>
    public const string Reject = """
        UPDATE catalog.stream
        SET state = 'open', held_code = NULL, held_reason = NULL, sequence = $2, position = $3, in_snapshot = false, note_code = $4, note_reason = $5, noted_at = $6
        WHERE stream_id = $1
        """;

    /// <summary>$1 stream_id, $2 action, $3 sequence, $4 held_code, $5 held_reason, $6 reason, $7 client, $8 now.</summary>
    public const string AddAction = """
        INSERT INTO catalog.stream_action (stream_id, action, sequence, held_code, held_reason, reason, requested_by, requested_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    /// <summary>$1 stream_id.</summary>
    public const string HeldBatch = "SELECT header, body FROM catalog.held_batch WHERE stream_id = $1 ORDER BY sequence LIMIT 1";

    /// <summary>$1 stream_id.</summary>
    public const string ForgetHeldBatches = "DELETE FROM catalog.held_batch WHERE stream_id = $1";
}
