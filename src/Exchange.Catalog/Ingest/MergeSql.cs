using Exchange.Catalog.Resources;
using Exchange.Records.Schemas;
using static Exchange.Catalog.Resources.StoreColumns;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// The statements that merge a staged batch into the store and its feed. Built once per schema version; names are the catalogue's and quoted, values
/// are parameters.
/// </summary>
internal sealed class MergeSql
{
    /// <summary>All bits: what an insert and a delete change.</summary>
    public const long AllBits = long.MaxValue;

    private readonly IngestTarget _target;
    private readonly string _store;
    private readonly string _feed;
    private readonly string _seen;
    private readonly string _keys;

    public MergeSql(IngestTarget target)
    {
        _target = target;
        _store = Store(target.Name);
        _feed = Feed(target.Name);
        _seen = Seen(target.Name);
        _keys = List(target.Schema.Keys, Column);
        var fields = target.Schema.Fields;
        var typed = List(fields, f => $"{Column(f)} {Type(f)}");
        CreateStage = $"CREATE TEMPORARY TABLE IF NOT EXISTS {target.Stage} (_op \"char\" NOT NULL, {typed}, _row bigint NOT NULL)";
        CopyToStage = $"COPY {target.Stage} (_op, {List(fields, Column)}, _row) FROM STDIN (FORMAT binary)";
        ForgetSeen = StoreColumns.ForgetSeen(target.Name);
        CountRows = $"SELECT count(*) FROM {_store}";
        Merge = WriteMerge();
        DeleteUnseen = WriteDeleteUnseen();
        TakeDuplicates = WriteTakeDuplicates();
        AddSeenByRows = WriteAddSeen("bool_or(_op = 'U')");
        AddSeenByChanges = WriteAddSeen("false");
        AddSeenByStore = $"INSERT INTO {_seen} ({_keys}, _stored) SELECT {_keys}, true FROM {_store}";
    }

    public string CreateStage { get; }

    public string CopyToStage { get; }

    /// <summary>Takes rows whose key occurred before in this snapshot out of the stage; answers with their places.</summary>
    public string TakeDuplicates { get; }

    /// <summary>Remembers the staged keys as seen in this snapshot, those of bad rows too.</summary>
    public string AddSeenByRows { get; }

    public string AddSeenByChanges { get; }

    /// <summary>Remembers all stored keys as seen.</summary>
    public string AddSeenByStore { get; }

    public string ForgetSeen { get; }

    /// <summary>Answers with the number of stored rows.</summary>
    public string CountRows { get; }

    /// <summary>
    /// $1 last offset given out, $2 <see cref="AllBits"/>. Answers with the number of offsets taken. A stored row is found by its key once and then written at its place: the lock on
    /// the feed keeps all others from writing the table meanwhile.
    /// </summary>
    public string Merge { get; }

    /// <summary>$1 last offset given out, $2 <see cref="AllBits"/>. Answers with the number of offsets taken.</summary>
    public string DeleteUnseen { get; }

    private string OnKeys(string left, string right) => List(_target.Schema.Keys, k => $"{left}.{Column(k)} = {right}.{Column(k)}", " AND ");

    private string Keys(string table) => List(_target.Schema.Keys, k => $"{table}.{Column(k)}");

    private string WriteTakeDuplicates() => $"""
        WITH ranked AS (
            SELECT _row, {_keys}, row_number() OVER (PARTITION BY {_keys} ORDER BY _row) AS place
            FROM {_target.Stage} WHERE _op = 'U'
        )
        DELETE FROM {_target.Stage} s USING ranked r
        WHERE s._row = r._row AND (r.place > 1 OR EXISTS (SELECT FROM {_seen} k WHERE {OnKeys("k", "r")} AND k._stored))
        RETURNING s._row
        """;

    private string WriteAddSeen(string stored) => $"""
        INSERT INTO {_seen} AS k ({_keys}, _stored)
        SELECT {_keys}, {stored} FROM {_target.Stage} GROUP BY {_keys} ORDER BY {_keys}
        ON CONFLICT ({_keys}) DO UPDATE SET _stored = true WHERE excluded._stored AND NOT k._stored
        """;

    private string WriteMerge()
    {
        var fields = _target.Schema.Fields;
        var others = fields.Where(f => !f.IsKey).ToList();
        var mask = others.Count == 0
            ? "0::bigint"
            : string.Join(" | ", others.Select(f => $"CASE WHEN l.{Column(f)} IS DISTINCT FROM t.{Column(f)} THEN {1L << _target.Bits[f.Name]} ELSE 0 END::bigint"));
        var set = string.Concat(others.Select(f => $"{Column(f)} = d.{Column(f)}, "));
        return $"""
            WITH last AS (
                SELECT DISTINCT ON ({_keys}) * FROM {_target.Stage} WHERE _op IN ('U', 'D') ORDER BY {_keys}, _row DESC
            ), delta AS MATERIALIZED (
                SELECT l.*, t.ctid AS _at, {BeforeOf("t", comma: true)}
                    CASE WHEN l._op = 'D' THEN 'D' WHEN t._offset IS NULL THEN 'I' ELSE 'U' END AS _effect,
                    m._mask, $1 + row_number() OVER (ORDER BY {Keys("l")}) AS _taken
                FROM last l
                LEFT JOIN {_store} t ON {OnKeys("t", "l")}
                CROSS JOIN LATERAL (SELECT {mask} AS _mask) m
                WHERE CASE WHEN l._op = 'D' THEN t._offset IS NOT NULL ELSE t._offset IS NULL OR m._mask <> 0 END
            ), inserted AS (
                INSERT INTO {_store} ({List(fields, Column)}, _offset)
                SELECT {List(fields, Column)}, _taken FROM delta WHERE _effect = 'I'
            ), updated AS (
                UPDATE {_store} t SET {set}_offset = d._taken FROM delta d WHERE d._effect = 'U' AND t.ctid = d._at
            ), deleted AS (
                DELETE FROM {_store} t USING delta d WHERE d._effect = 'D' AND t.ctid = d._at
            ), fed AS (
                INSERT INTO {_feed} (_offset, op, changed, {List(_target.Schema.Keys, KeyOfFeed)}{List(_target.Filterable, f => $", {Before(f)}, {After(f)}", "")})
                SELECT _taken, _effect::"char", CASE _effect WHEN 'U' THEN _mask ELSE $2 END, {_keys}
                    {List(_target.Filterable, f => $", {Before(f)}, {AfterOf(f)}", "")}
                FROM delta
            )
            SELECT count(*) FROM delta
            """;
    }

    private string WriteDeleteUnseen() => $"""
        WITH gone AS MATERIALIZED (
            SELECT {Keys("t")}, {BeforeOf("t", comma: true)} $1 + row_number() OVER (ORDER BY {Keys("t")}) AS _taken
            FROM {_store} t WHERE NOT EXISTS (SELECT FROM {_seen} s WHERE {OnKeys("s", "t")})
        ), deleted AS (
            DELETE FROM {_store} t USING gone g WHERE {OnKeys("t", "g")}
        ), fed AS (
            INSERT INTO {_feed} (_offset, op, changed, {List(_target.Schema.Keys, KeyOfFeed)}{List(_target.Filterable, f => $", {Before(f)}", "")})
            SELECT _taken, 'D', $2, {_keys}{List(_target.Filterable, f => $", {Before(f)}", "")} FROM gone
        )
        SELECT count(*) FROM gone
        """;

    private string BeforeOf(string table, bool comma) =>
        List(_target.Filterable, f => $"{table}.{Column(f)} AS {Before(f)}") + (comma && _target.Filterable.Count > 0 ? "," : "");

    /// <summary>A field that this version lacks keeps its value.</summary>
    private string AfterOf(Field field) =>
        $"CASE _effect WHEN 'D' THEN NULL ELSE {(_target.Schema.Find(field.Name) is null ? Before(field) : Column(field))} END";
}
