namespace Exchange.Adapters.Inventory;

/// <summary>What is proposed for one column.</summary>
/// <param name="Name">Name of the field.</param>
internal sealed record FieldDraft(InventoryColumn Column, string Name, bool IsKey, Suggestion? Suggestion)
{
    public string Title => Texts.Shortened(Column.Comment ?? Column.Name, 50);
}

/// <summary>What is proposed for one table.</summary>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Fields">Of the columns that a field can be made of, in their order.</param>
internal sealed record TableDraft(InventoryTable Table, string Resource, IReadOnlyList<FieldDraft> Fields)
{
    /// <summary>Most fields of a resource.</summary>
    private const int MostFields = 1599;

    /// <summary>Whether files are drafted: a resource needs a key.</summary>
    public bool IsComplete => Table.Key.Count > 0 && Fields.Count <= MostFields;

    public string AdapterFile => $"{Resource}.yaml";

    public string SchemaFile => $"{Resource}.schema.json";

    public string EntryFile => $"{Resource}.entry.json";

    public string TitleZh => Texts.Shortened(Table.Comment ?? Table.Name, 50);

    public string TitleEn => Texts.Shortened(Resource.Replace('_', ' '), 200);

    /// <summary>The comment as a whole, where the title does not hold it.</summary>
    public string? Description => Table.Comment is { } comment && comment != TitleZh ? Texts.Shortened(comment, 256) : null;

    /// <summary>The highest level of a suggestion, as the strictest field decides; null where nothing was suggested.</summary>
    public int? Level => Fields.Max(f => f.Suggestion?.Kind.Level);

    public IEnumerable<FieldDraft> Personal => Fields.Where(f => f.Suggestion?.Kind.Personal is not null);

    public static IReadOnlyList<TableDraft> Of(IReadOnlyList<InventoryTable> tables)
    {
        var names = DraftNames.Resources(tables.Select(t => t.Name));
        return [.. tables.Select((table, i) => Of(table, names[i]))];
    }

    private static TableDraft Of(InventoryTable table, string resource)
    {
        var columns = table.Columns.Where(c => c.IsUsable).ToList();
        var names = DraftNames.Fields([.. columns.Select(c => c.Name)]);
        return new TableDraft(table, resource, [.. columns.Select((column, i) =>
        {
            var isKey = table.Key.Contains(column.Name, StringComparer.Ordinal);
            return new FieldDraft(column, names[i], isKey, Suggestion.For(column, table.Sample.Columns.GetValueOrDefault(column.Name), isKey));
        })]);
    }
}

/// <summary>Texts of the database, to be shown and written elsewhere.</summary>
internal static class Texts
{
    /// <summary>One line of at most so many UTF-16 units, without control characters.</summary>
    public static string Shortened(string text, int length)
    {
        var line = string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (line.Length == 0) return "–";
        if (line.Length <= length) return line;
        return (char.IsHighSurrogate(line[length - 2]) ? line[..(length - 2)] : line[..(length - 1)]) + "…";
    }
}
