namespace Exchange.Catalog.Ingest;

internal static class IngestSql
{
    /// <summary>
    /// The working set is taken to be cached, so that a batch meets a large table by its key rather than by reading all of it. The index of some millions of keys is sorted in memory.
    /// </summary>
    public const string Session = "SET random_page_cost = 1.1; SET jit = off; SET work_mem = '32MB'; SET maintenance_work_mem = '256MB'";

    /// <summary>
    /// The stream and the feed stay locked until the transaction ends. The resource is locked against a new version, so that the columns known here are
    /// the columns there. $1 stream_id.
    /// </summary>
    public const string Lock = """
        SELECT s.resource_id, s.epoch, s.sequence, s.position, s.in_snapshot, s.state, f.head, f.load_end, f.loading, r.name, r.current_version
        FROM catalog.stream s JOIN catalog.feed f USING (resource_id) JOIN catalog.resource r USING (resource_id)
        WHERE s.stream_id = $1
        FOR UPDATE OF s, f FOR SHARE OF r
        """;

    public const string Commit = "COMMIT";

    /// <summary>$1 resource_id, $2 fingerprint.</summary>
    public const string FindVersion = "SELECT version, schema FROM catalog.resource_version WHERE resource_id = $1 AND fingerprint = $2";

    /// <summary>$1 resource_id.</summary>
    public const string Columns = "SELECT name, bit FROM catalog.resource_column WHERE resource_id = $1";

    /// <summary>The schemas of all versions, oldest first: a field once filterable keeps its columns in the feed. $1 resource_id.</summary>
    public const string Schemas = "SELECT schema FROM catalog.resource_version WHERE resource_id = $1 ORDER BY version";

    /// <summary>
    /// Everything that a committed batch moves besides its rows: the feed, the stream and the ledger. The end of a snapshot (kind 3) settles what was noted.
    /// $1 resource_id, $2 stream_id, $3 sequence, $4 epoch, $5 kind, $6 first_offset, $7 head, $8 load_end, $9 loading, $10 in_snapshot, $11 position,
    /// $12 version, $13 rows accepted, $14 rows quarantined, $15 warnings, $16 sha256, $17 now.
    /// </summary>
    public const string Move = """
        WITH feed AS (
            UPDATE catalog.feed SET head = $7, load_end = $8, loading = $9 WHERE resource_id = $1
        ), stream AS (
            UPDATE catalog.stream
            SET sequence = $3, position = $11, in_snapshot = $10, version = $12, rows_accepted = rows_accepted + $13,
                rows_quarantined = rows_quarantined + $14, committed_at = $17,
                note_code = CASE WHEN $5 <> 3 THEN note_code END, note_reason = CASE WHEN $5 <> 3 THEN note_reason END
            WHERE stream_id = $2
        )
        INSERT INTO catalog.batch (
            resource_id, stream_id, sequence, epoch, kind, first_offset, last_offset, rows_received, rows_quarantined, warnings, sha256, committed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $13 + $14, $14, $15, $16, $17)
        """;

    /// <summary>$1 stream_id, $2 sequence, $3 header, $4 body, $5 now.</summary>
    public const string HoldBatch = """
        INSERT INTO catalog.held_batch (stream_id, sequence, header, body, held_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (stream_id, sequence) DO UPDATE SET header = excluded.header, body = excluded.body, held_at = excluded.held_at
        """;
}
