using Exchange.Catalog.Database;
using Exchange.Catalog.Resources;
using Exchange.Records.Schemas;
using static Exchange.Catalog.Resources.StoreColumns;

namespace Exchange.Catalog.Quarantine;

/// <summary>The statements that set aside the rows of a first load whose key an earlier row has. They are collected in a table of the session first.</summary>
internal static class RepeatedRowsSql
{
    private const string Repeated = "pg_temp.exchange_repeated";

    /// <summary>$1 resource_id, $2 stream_id, $3 version, $4 reasons, $5 now, $6 numbers of collected rows, $7 rows, $8 keys.</summary>
    public const string SetAside = $"""
        INSERT INTO catalog.quarantine (resource_id, stream_id, sequence, row_number, version, row, reasons, set_aside_at, key)
        SELECT $1, $2, r._sequence, r._row, $3, q.row, $4, $5, q.key
        FROM unnest($6::bigint[], $7::bytea[], $8::bytea[]) AS q (number, row, key) JOIN {Repeated} r ON r._number = q.number
        ORDER BY q.number
        """;

    /// <summary>Of the records of a key only the last one waits. $1 resource_id, $2 now.</summary>
    public const string OvertakeOlder = """
        UPDATE catalog.quarantine q SET state = 'overtaken', settled_at = $2
        WHERE q.resource_id = $1 AND q.state = 'open' AND EXISTS (
            SELECT FROM catalog.quarantine n
            WHERE n.resource_id = q.resource_id AND n.key = q.key AND (n.sequence, n.row_number) > (q.sequence, q.row_number))
        """;

    public static string Create(ResourceSchema schema) => $"""
        CREATE TEMPORARY TABLE exchange_repeated (
            _number   bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            _at       tid     NOT NULL,
            _sequence bigint  NOT NULL,
            _row      integer NOT NULL,
            {List(schema.Fields, f => $"{Column(f)} {Type(f)}")}
        ) ON COMMIT DROP
        """;

    /// <summary>
    /// The offsets of a batch's rows follow each other without the bad ones: a row's place in its batch is its distance from the first offset, and one more for each bad row before it. $1 stream_id. Answers
    /// with the number of rows.
    /// </summary>
    public static string Collect(string resource, ResourceSchema schema) => $"""
        WITH ranked AS (
            SELECT ctid AS at, row_number() OVER (PARTITION BY {List(schema.Keys, Column)} ORDER BY _offset) AS place FROM {Store(resource)}
        ), bad AS (
            SELECT sequence, row_number - row_number() OVER (PARTITION BY sequence ORDER BY row_number) + 1 AS good_before
            FROM catalog.quarantine WHERE stream_id = $1
        ), added AS (
            INSERT INTO {Repeated} (_at, _sequence, _row, {List(schema.Fields, Column)})
            SELECT t.ctid, b.sequence,
                t._offset - b.first_offset + (SELECT count(*) FROM bad WHERE bad.sequence = b.sequence AND bad.good_before <= t._offset - b.first_offset),
                {List(schema.Fields, f => $"t.{Column(f)}")}
            FROM ranked r JOIN {Store(resource)} t ON t.ctid = r.at
            JOIN catalog.batch b ON b.stream_id = $1 AND b.kind = 2 AND t._offset BETWEEN b.first_offset AND b.last_offset
            WHERE r.place > 1 ORDER BY t._offset
            RETURNING 1
        )
        SELECT count(*) FROM added
        """;

    /// <summary>Collected rows in their order, each with its number behind its fields.</summary>
    public static string CopyPage(ResourceSchema schema, long after, int rows) => $"""
        COPY (
            SELECT {List(schema.Fields, Column)}, _number FROM {Repeated} WHERE _number > {Sql.Invariant(after)} ORDER BY _number LIMIT {Sql.Invariant(rows)}
        ) TO STDOUT (FORMAT binary)
        """;

    public static string Delete(string resource) => $"DELETE FROM {Store(resource)} t USING {Repeated} r WHERE t.ctid = r._at";
}
