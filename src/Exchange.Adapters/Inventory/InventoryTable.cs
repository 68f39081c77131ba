using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Inventory;

/// <summary>What kind of thing rows are read from.</summary>
internal enum TableKind
{
    Table,
    PartitionedTable,
    View,
    MaterializedView,
    ForeignTable,
}

/// <summary>Where the key of a table comes from.</summary>
internal enum KeyOrigin
{
    /// <summary>The primary key.</summary>
    Primary,

    /// <summary>A unique index over columns that are never null.</summary>
    Unique,

    /// <summary>Columns whose values were unique in the sample: a guess, for people to confirm.</summary>
    Guess,

    /// <summary>Nothing tells rows apart. People have to choose a key first.</summary>
    None,
}

/// <summary>A text in both languages.</summary>
internal sealed record Told(string Zh, string En)
{
    public string In(Language language) => language == Language.Zh ? Zh : En;
}

/// <summary>A database at one moment.</summary>
/// <param name="Tables">By schema and name.</param>
internal sealed record DatabaseInventory(string Database, string ServerVersion, DateTimeOffset ReadAt, IReadOnlyList<InventoryTable> Tables);

/// <summary>A table, view or the like of the database, as its catalogue describes it.</summary>
/// <param name="Id">Its object identifier.</param>
/// <param name="Rows">How many rows it has; null where nothing tells.</param>
/// <param name="RowsAreCounted">Whether <paramref name="Rows"/> is counted; else it is the planner's estimate.</param>
/// <param name="Pages">Pages it occupies; 0 where it has none of its own.</param>
/// <param name="IsReadable">Whether the role may read at least one of its columns.</param>
/// <param name="HasRowSecurity">Whether policies may hide rows from the role.</param>
internal sealed record InventoryTable(
    uint Id, string Schema, string Name, TableKind Kind, string? Comment, long? Rows, bool RowsAreCounted, long Pages, bool IsReadable, bool HasRowSecurity)
{
    public IReadOnlyList<InventoryColumn> Columns { get; init; } = [];

    /// <summary>The key's columns; empty where there is none.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    public KeyOrigin KeyOrigin { get; init; } = KeyOrigin.None;

    public TableSample Sample { get; init; } = TableSample.None;

    public IReadOnlyList<Told> Notes { get; init; } = [];

    /// <summary>Its quoted name.</summary>
    public string Sql => new TableName(Schema, Name).Sql;

    public InventoryTable Noting(Told note) => this with { Notes = [.. Notes, note] };
}

/// <param name="Type">As PostgreSQL writes it.</param>
/// <param name="FieldType">The type of the field that it becomes; null where the exchange has none.</param>
/// <param name="MaxLength">Most characters, where the type limits them.</param>
/// <param name="Scale">Decimals of a numeric, where the type fixes them.</param>
/// <param name="Labels">The labels of an enum.</param>
internal sealed record InventoryColumn(
    string Name, string Type, FieldType? FieldType, bool NotNull, string? Comment, int? MaxLength, int? Scale, IReadOnlyList<string>? Labels, bool IsIdentity, bool IsReadable)
{
    /// <summary>Whether a field can be made of it.</summary>
    public bool IsUsable => FieldType is not null && IsReadable;
}

/// <summary>What a sample of a table's rows showed. Holds no value of a record.</summary>
/// <param name="Rows">Rows in the sample.</param>
/// <param name="IsWhole">Whether these are all rows of the table.</param>
/// <param name="Columns">By column name; usable columns only.</param>
internal sealed record TableSample(int Rows, bool IsWhole, IReadOnlyDictionary<string, ColumnSample> Columns)
{
    public static readonly TableSample None = new(0, false, new Dictionary<string, ColumnSample>(StringComparer.Ordinal));

    /// <summary>Whether these columns are never null and together different in each row of the sample.</summary>
    public bool AreUnique(params IReadOnlyList<string> columns)
    {
        var samples = columns.Select(Columns.GetValueOrDefault).ToList();
        if (samples.Exists(s => s is null || s.Values < Rows)) return false;
        var seen = new HashSet<long>();
        return Enumerable.Range(0, Rows).All(row => seen.Add(samples.Aggregate(0L, (mark, sample) => (mark * 0x100000001B3) ^ sample!.Marks[row])));
    }
}

/// <param name="Values">Values in the sample that are not null.</param>
/// <param name="Passes">How many of them each test passes, by the test's name; tests that none passes are absent.</param>
/// <param name="Shapes">The commonest shapes with how many values have each, the commonest first.</param>
/// <param name="Marks">Per row a hash of its value, 0 for null. Never leaves this process.</param>
internal sealed record ColumnSample(
    int Values, IReadOnlyDictionary<string, int> Passes, IReadOnlyList<KeyValuePair<string, int>> Shapes, IReadOnlyList<long> Marks);
