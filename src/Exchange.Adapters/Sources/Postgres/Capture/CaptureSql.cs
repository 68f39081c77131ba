namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>What capture asks the department's server.</summary>
internal static class CaptureSql
{
    /// <summary>$1 slot, $2 table, $3 publication. One row.</summary>
    public const string Server = """
        SELECT current_setting('server_version_num')::integer, current_setting('wal_level'), pg_is_in_recovery(),
               (SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user),
               (SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size'),
               current_setting('max_replication_slots')::integer, (SELECT count(*)::integer FROM pg_replication_slots),
               current_setting('max_wal_senders')::integer, (SELECT count(*)::integer FROM pg_stat_replication),
               EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1),
               to_regclass($2)::oid, coalesce(has_table_privilege(to_regclass($2), 'SELECT'), false),
               EXISTS (SELECT FROM pg_publication WHERE pubname = $3),
               has_database_privilege(current_database(), 'CREATE') AND coalesce((SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass($2)), false)
        """;

    /// <summary>Each type with the one that its values are of: the log numbers a domain as itself and sends its values as those of the type it stands on.</summary>
    private const string ValueTypes = """
        WITH RECURSIVE stands_on (type, value) AS (
            SELECT oid, oid FROM pg_type
            UNION ALL
            SELECT s.type, t.typbasetype FROM stands_on s JOIN pg_type t ON t.oid = s.value WHERE t.typtype = 'd'
        ), value_type AS (
            SELECT s.type, t.typname AS name, t.typtype = 'e' AS is_enum FROM stands_on s JOIN pg_type t ON t.oid = s.value WHERE t.typtype <> 'd'
        )
        """;

    /// <summary>$1 table. The columns of the table: name, how it is generated (empty, s or v), whether the replica identity holds it, type of its values, whether that is an enum.</summary>
    public const string Columns = $"""
        {ValueTypes}
        SELECT a.attname, a.attgenerated::text,
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey::smallint[])
                       AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END),
               v.name, v.is_enum
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN value_type v ON v.type = a.atttypid
        WHERE c.oid = to_regclass($1)
        ORDER BY a.attnum
        """;

    /// <summary>
    /// $1 table. Its replica identity as it counts for all of its parts: n for none, d or i for an index, f for all columns, m where the parts of a
    /// partitioned table have different ones; and the kind of table.
    /// </summary>
    public const string Identity = """
        WITH part AS (
            SELECT CASE WHEN c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) THEN 'n' ELSE c.relreplident::text END AS identity
            FROM pg_class c WHERE c.oid = to_regclass($1) AND c.relkind <> 'p' OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass($1)) WHERE isleaf)
        )
        SELECT (SELECT CASE WHEN count(DISTINCT identity) > 1 THEN 'm' ELSE coalesce(min(identity), 'd') END FROM part), c.relkind::text
        FROM pg_class c WHERE c.oid = to_regclass($1)
        """;

    /// <summary>$1 slot. No row where it is missing.</summary>
    public const string Slot = """
        SELECT s.plugin, s.database = current_database(), s.active_pid, s.confirmed_flush_lsn::text,
               coalesce(s.wal_status, ''), pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::bigint,
               (SELECT setting::bigint * 1024 * 1024 FROM pg_settings WHERE name = 'max_slot_wal_keep_size')
        FROM pg_replication_slots s WHERE s.slot_name = $1
        """;

    /// <summary>$1 slot. Fails where a session uses it.</summary>
    public const string DropSlot = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1";

    /// <summary>$1 slot, $2 session or null. Ends the session that uses the slot, where it is that one.</summary>
    public const string EndSession = "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active_pid = coalesce($2, active_pid)";

    /// <summary>$1 slot, $2 session. Whether the session that reads the slot waits, and when the last status message was sent that it heard. No row where the slot is not read by that session.</summary>
    public const string Sender = """
        SELECT coalesce(a.wait_event LIKE 'WalSender%', false), r.reply_time
        FROM pg_replication_slots s JOIN pg_stat_activity a ON a.pid = s.active_pid LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
        WHERE s.slot_name = $1 AND s.active_pid = $2
        """;

    public const string SystemIdentifier = "SELECT system_identifier::text FROM pg_control_system()";

    public const string FlushedTo = "SELECT pg_current_wal_flush_lsn()::text";

    public const string CurrentSnapshot = "SELECT pg_current_snapshot()::text";

    public const string InsertedTo = "SELECT pg_current_wal_insert_lsn()::text";

    /// <summary>Every type: number, name of the type of its values, whether that is an enum.</summary>
    public const string Types = $"{ValueTypes} SELECT type::bigint, name, is_enum FROM value_type";

    /// <summary>$1 publication. Whether it exists, and whether the role may change it.</summary>
    public const string Publication = "SELECT pg_has_role(pubowner, 'MEMBER') FROM pg_publication WHERE pubname = $1";

    /// <summary>$1 publication, $2 table. The columns and the row filter of the table in it; no row where it does not hold just this table and all kinds of change.</summary>
    public const string Published = """
        SELECT ARRAY (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::smallint[]) ORDER BY a.attnum),
               r.prattrs IS NOT NULL, pg_get_expr(r.prqual, r.prrelid)
        FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
        WHERE p.pubname = $1 AND r.prrelid = to_regclass($2)
          AND p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate AND p.pubviaroot
          AND NOT EXISTS (SELECT FROM pg_publication_rel o WHERE o.prpubid = p.oid AND o.prrelid <> r.prrelid)
          AND NOT EXISTS (SELECT FROM pg_publication_namespace n WHERE n.pnpubid = p.oid)
        """;

    /// <summary>$1 table, $2 constraint. Its condition as the server writes it.</summary>
    public const string Condition = "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2";

    /// <summary>
    /// $1 publication, $2 table. What the stream does not tell of: which rows and columns are published, and the files that hold the rows. Truncating, attaching or
    /// detaching a partition and rewriting a table (ALTER COLUMN … TYPE … USING) change rows without a change event, and the files with them.
    /// </summary>
    public const string Shape = """
        SELECT coalesce((SELECT concat_ws('/', r.oid::text, r.prattrs::text, pg_get_expr(r.prqual, r.prrelid)) FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
                WHERE p.pubname = $1 AND r.prrelid = to_regclass($2)), ''),
               coalesce((SELECT string_agg(concat_ws('/', c.oid::text, pg_relation_filenode(c.oid)::text), ',' ORDER BY c.oid) FROM pg_class c
                WHERE c.oid = to_regclass($2) OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass($2)))), '')
        """;

    /// <summary>$1 publication, $2 table. The columns that its row filter looks at, where it has no list of columns.</summary>
    public const string FilterColumns = """
        SELECT a.attname::text
        FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
        JOIN pg_depend d ON d.classid = 'pg_publication_rel'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
        JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = d.refobjsubid
        WHERE p.pubname = $1 AND r.prrelid = to_regclass($2)
        """;
}
