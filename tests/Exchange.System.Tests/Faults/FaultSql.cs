namespace Exchange.System.Tests.Faults;

internal static class FaultSql
{
    public const string CreateSource = """
        CREATE TABLE item (id bigint PRIMARY KEY, title varchar(80) NOT NULL, amount numeric(14,2), round integer NOT NULL, changed timestamptz NOT NULL DEFAULT now());
        INSERT INTO item SELECT n, '第' || n || '号记录', n / 7.0, 0 FROM generate_series(1, @rows) n;
        """;

    public const string Update = "UPDATE item SET round = @round, amount = coalesce(amount, 0) + 1, changed = now() WHERE id = ANY (@ids)";

    public const string Insert = "INSERT INTO item SELECT n, '新增' || n, NULL, @round FROM unnest(@ids) n";

    public const string Delete = "DELETE FROM item WHERE id = ANY (@ids)";

    public static string Fingerprint(string table) => $"""
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|', id, title, coalesce(amount::numeric(14,2)::text, '~'), round,
                   to_char(changed AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')), 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM {table}
        """;

    public static string StoredKeys(string table) => $"SELECT count(*) FROM store.{table} WHERE id BETWEEN 1 AND @rows";

    /// <summary>
    /// A first load that is begun anew empties the table and goes on with later offsets. So of the load that counts each row took one offset, without a gap
    /// up to the head, and none wrote a change: whatever is beyond that had effect twice.
    /// </summary>
    public static string RepeatedEffects(string table) => $"""
        SELECT (SELECT count(*) FROM store.{table}__feed) + f.head - min(t._offset) + 1 - count(*)
        FROM store.{table} t, catalog.feed f JOIN catalog.resource r USING (resource_id)
        WHERE r.name = @name
        GROUP BY f.head
        """;

    public const string FeedEntries = "SELECT count(*) FROM store.item__feed WHERE _offset > @offset";

    public const string Feed = """SELECT _offset, "key:id", op::text FROM store.item__feed WHERE _offset > @offset ORDER BY _offset""";

    public const string Epoch = "SELECT s.epoch FROM catalog.stream s JOIN catalog.resource r USING (resource_id) WHERE r.name = @name";

    public const string FeedHead = "SELECT coalesce(max(f.head), 0) FROM catalog.feed f JOIN catalog.resource r USING (resource_id) WHERE r.name = @name";

    /// <summary>Fills one log file and begins the next.</summary>
    public const string UseLogUp = "SELECT pg_switch_wal(), pg_logical_emit_message(true, 'test', repeat('x', 1000000))";

    public const string DropSlot = """
        SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = @slot AND active_pid IS NOT NULL;
        SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = @slot;
        """;

    public const string NotesSince = "SELECT count(*) FROM catalog.stream WHERE noted_at > @since";

    public const string Now = "SELECT clock_timestamp()";

    public const string NextTransaction = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

    public const string WrittenSince = "SELECT count(*) FROM item WHERE xmin::text::bigint >= @since";

    public const string Streams = """
        SELECT concat_ws(' ', r.name, s.state, 'epoch', s.epoch, 'sequence', s.sequence, 'position', s.position, s.held_code, s.held_reason, 'head', f.head)
        FROM catalog.stream s JOIN catalog.resource r USING (resource_id) LEFT JOIN catalog.feed f USING (resource_id)
        """;

    public const string Sessions = """
        SELECT concat_ws(' ', pid, application_name, state, wait_event_type, wait_event, 'transaction', clock_timestamp() - xact_start, 'statement', clock_timestamp() - query_start,
                   'blocked by', nullif(pg_blocking_pids(pid)::text, '{}'), left(regexp_replace(query, '\s+', ' ', 'g'), 100))
        FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY application_name, pid
        """;

    public const string Quarantined = "SELECT count(*) FROM catalog.quarantine q JOIN catalog.resource r USING (resource_id) WHERE r.name = @name";
}
