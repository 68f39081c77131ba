using Exchange.Catalog.Database;
using Exchange.Catalog.Resources;
using static Exchange.Catalog.Resources.StoreColumns;

namespace Exchange.Catalog.Ingest;

/// <summary>The statements of the first load of an empty table: no comparison, no feed entries.</summary>
internal sealed class FirstLoadSql
{
    /// <summary>$1 name of the table. The name of its key constraint.</summary>
    public const string FindKeys = "SELECT conname::text FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'p'";

    public FirstLoadSql(IngestTarget target)
    {
        var store = StoreColumns.Store(target.Name);
        var columns = List(target.Schema.Fields, Column);
        var keys = List(target.Schema.Keys, Column);
        Store = store;
        AddKeys = $"ALTER TABLE {store} ADD PRIMARY KEY ({keys})";
        CopyToStore = $"COPY {store} ({columns}, _offset) FROM STDIN (FORMAT binary)";
        Empty = $"TRUNCATE {store}";
        TakeDuplicates = $"""
            WITH ranked AS (
                SELECT _row, {keys}, row_number() OVER (PARTITION BY {keys} ORDER BY _row) AS place
                FROM {target.Stage} WHERE _op = 'U'
            )
            DELETE FROM {target.Stage} s USING ranked r
            WHERE s._row = r._row AND (r.place > 1 OR EXISTS (
                SELECT FROM {store} t WHERE {List(target.Schema.Keys, k => $"t.{Column(k)} = r.{Column(k)}", " AND ")}))
            RETURNING s._row
            """;
        InsertStaged = $"""
            INSERT INTO {store} ({columns}, _offset)
            SELECT {columns}, $1 + row_number() OVER (ORDER BY _row) FROM {target.Stage} WHERE _op = 'U' ORDER BY _row
            """;
        IndexOffsets = StoreDdl.IndexOffsets(target.Name);
        Analyze = $"ANALYZE {store} ({List(target.Schema.Keys.Concat(target.Filterable).DistinctBy(f => f.Name, StringComparer.Ordinal), Column)}, _offset)";
    }

    /// <summary>The table's name, quoted.</summary>
    public string Store { get; }

    public string AddKeys { get; }

    public string CopyToStore { get; }

    public string Empty { get; }

    /// <summary>Takes rows whose key is stored already out of the stage; answers with their places.</summary>
    public string TakeDuplicates { get; }

    /// <summary>$1 last offset given out. Answers with the number of rows.</summary>
    public string InsertStaged { get; }

    public string IndexOffsets { get; }

    /// <summary>Statistics of the columns that the exchange's own statements look for rows by; those of the others come when the server takes them.</summary>
    public string Analyze { get; }

    /// <param name="constraint">As <see cref="FindKeys"/> gave it.</param>
    public string DropKeys(string constraint) => $"ALTER TABLE {Store} DROP CONSTRAINT {Sql.Quote(constraint)}";
}
