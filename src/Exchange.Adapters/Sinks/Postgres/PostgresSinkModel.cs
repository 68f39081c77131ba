using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sinks.Postgres;

/// <param name="Create">Whether the table is created where it is missing, and gets a column for each newly granted field.</param>
/// <param name="Columns">Column of a field, by field name; a field that is not listed has a column of its own name.</param>
/// <param name="Key">Key fields; empty for those of the resource's schema.</param>
/// <param name="TimeZone">Zone of target columns without one.</param>
internal sealed record PostgresSinkModel(
    PostgresConnection Connection, TableName Table, bool Create, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Key, string TimeZone)
{
    /// <summary>The table of cursors, beside the target.</summary>
    public TableName Cursors => new(Table.Schema, "exchange_cursor");
}
