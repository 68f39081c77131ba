namespace Exchange.Gateway.Publishing;

internal static class PublishingSql
{
    /// <summary>$1 name of the resource.</summary>
    public const string Target = """
        SELECT r.resource_id, p.code, v.schema, v.fingerprint
        FROM catalog.resource r JOIN catalog.participant p USING (participant_id)
        JOIN catalog.resource_version v ON v.resource_id = r.resource_id AND v.version = r.current_version
        WHERE r.name = $1
        """;

    /// <summary>$1 number of the lock.</summary>
    public const string TryLock = "SELECT pg_try_advisory_lock($1)";

    /// <summary>$1 how long a lock is waited for.</summary>
    public const string SetWait = "SELECT set_config('lock_timeout', $1, false)";

    /// <summary>One publication into a resource at a time. $1 resource_id.</summary>
    public const string LockResource = "SELECT pg_advisory_lock(hashtextextended('exchange.publish.' || $1::text, 0))";

    /// <summary>$1 participant_id, $2 resource_id, $3 key, $4 now.</summary>
    public const string Find = """
        SELECT publication_id, request_hash, fingerprint, batches, committed, first_sequence, last_sequence, answer
        FROM delivery.publication WHERE participant_id = $1 AND resource_id = $2 AND idempotency_key = $3 AND expires_at > $4
        """;

    /// <summary>$1 participant_id, $2 resource_id, $3 key.</summary>
    public const string ForgetKey = "DELETE FROM delivery.publication WHERE participant_id = $1 AND resource_id = $2 AND idempotency_key = $3";

    /// <summary>$1 publication_id, $2 participant_id, $3 key, $4 hash, $5 resource_id, $6 fingerprint, $7 batches, $8 now, $9 expiry.</summary>
    public const string Insert = """
        INSERT INTO delivery.publication (publication_id, participant_id, idempotency_key, request_hash, resource_id, fingerprint, batches, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    /// <summary>Notes what the stream's position tells of a publication. $1 publication_id, $2 batches committed, $3 sequence of the last of them.</summary>
    public const string Note = """
        UPDATE delivery.publication SET committed = $2, last_sequence = $3 WHERE publication_id = $1 AND state = 'open' AND committed < $2
        """;

    /// <summary>Before the first batch of an attempt is sent. $1 publication_id, $2 fingerprint, $3 batches, $4 batches committed, $5 sequence of the next batch.</summary>
    public const string Begin = """
        UPDATE delivery.publication
        SET fingerprint = $2, batches = $3, committed = $4, first_sequence = CASE WHEN $4 = 0 THEN $5 ELSE first_sequence END
        WHERE publication_id = $1
        """;

    /// <summary>$1 publication_id, $2 sequence of the last batch, $3 answer.</summary>
    public const string Finish = """
        UPDATE delivery.publication SET state = 'finished', committed = batches, last_sequence = $2, answer = $3 WHERE publication_id = $1
        """;

    /// <summary>Of a publication that was never begun. $1 publication_id.</summary>
    public const string Forget = "DELETE FROM delivery.publication WHERE publication_id = $1 AND first_sequence IS NULL";

    /// <summary>Why a snapshot was rejected. $1 stream_id, $2 sequence of its end.</summary>
    public const string Rejection = "SELECT reason FROM catalog.stream_action WHERE stream_id = $1 AND action = 'reject' AND sequence = $2";

    /// <summary>What the catalogue wrote down of the batches. $1 resource_id, $2 first sequence, $3 last sequence.</summary>
    public const string Written = """
        SELECT count(*), coalesce(sum(b.last_offset - b.first_offset + 1), 0)::bigint, coalesce(sum(b.rows_quarantined), 0)::bigint, coalesce(max(b.last_offset), 0)
        FROM catalog.batch b JOIN catalog.stream s USING (stream_id)
        WHERE s.resource_id = $1 AND b.sequence BETWEEN $2 AND $3
        """;

    /// <summary>A bounded number at a time. $1 now.</summary>
    public const string ForgetExpired = """
        DELETE FROM delivery.publication WHERE publication_id IN (
            SELECT publication_id FROM delivery.publication WHERE expires_at <= $1 ORDER BY expires_at LIMIT 1000)
        """;
}
