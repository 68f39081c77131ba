using Exchange.Catalog.Database;
using Exchange.Records.Schemas;
using static Exchange.Catalog.Resources.StoreColumns;

namespace Exchange.Catalog.Resources;

/// <summary>The statements that make and extend a resource's tables in the schema <c>store</c>. Columns are only ever added.</summary>
internal static class StoreDdl
{
    /// <summary>
    /// Most columns that PostgreSQL gives a table is 1,600; the feed needs three per filterable field. The offset comes first: what reads all of a table's offsets passes over no field.
    /// </summary>
    public static IEnumerable<string> Create(string resource, ResourceSchema schema)
    {
        yield return $"""
            CREATE TABLE {Store(resource)} (
                _offset bigint NOT NULL,
                {List(schema.Fields, f => $"{Column(f)} {Type(f)}{(f.IsKey ? " NOT NULL" : "")}", ",\n    ")},
                PRIMARY KEY ({List(schema.Keys, Column)})
            ) WITH (fillfactor = 90)
            """;
        yield return $"""
            CREATE TABLE {Feed(resource)} (
                _offset bigint PRIMARY KEY,
                op      "char" NOT NULL,
                changed bigint NOT NULL,
                {List(schema.Keys, f => $"{KeyOfFeed(f)} {Type(f)} NOT NULL", ",\n    ")}
            )
            """;
        yield return $"""
            CREATE TABLE {Seen(resource)} (
                {List(schema.Keys, f => $"{Column(f)} {Type(f)} NOT NULL", ",\n    ")},
                _stored boolean NOT NULL,
                PRIMARY KEY ({List(schema.Keys, Column)})
            )
            """;
        foreach (var field in schema.Filterable) yield return AddFilterable(resource, field);
    }

    /// <summary>
    /// Readers of changes look up the offsets of the first load in the table. Made when that load is complete: a summary of pages written once is cheaper than
    /// one that is kept row by row, and a resource without a first load needs none.
    /// </summary>
    public static string IndexOffsets(string resource) =>
        $"CREATE INDEX IF NOT EXISTS {Sql.Quote(resource + "__offset")} ON {Store(resource)} USING brin (_offset) WITH (pages_per_range = 16, autosummarize = on)";

    /// <param name="known">Names of the columns that the store table has already.</param>
    /// <param name="filterable">Names of the fields that the feed keeps earlier values of already.</param>
    public static IEnumerable<string> Extend(string resource, ResourceSchema schema, IReadOnlySet<string> known, IReadOnlySet<string> filterable)
    {
        foreach (var field in schema.Fields.Where(f => !known.Contains(f.Name)))
            yield return $"ALTER TABLE {Store(resource)} ADD COLUMN {Column(field)} {Type(field)}";
        foreach (var field in schema.Filterable.Where(f => !filterable.Contains(f.Name)))
            yield return AddFilterable(resource, field);
    }

    private static string AddFilterable(string resource, Field field) =>
        $"ALTER TABLE {Feed(resource)} ADD COLUMN {Before(field)} {Type(field)}, ADD COLUMN {After(field)} {Type(field)}";
}
