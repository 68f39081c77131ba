using System.Globalization;
using System.Text.Json;

namespace Exchange.Adapters.Inventory;

/// <summary>Writes the inventory as JSON, for other programs. Holds names, counts, shares and shapes; no value of a record.</summary>
internal static class InventoryReport
{
    public static string Write(DatabaseInventory inventory, IReadOnlyList<TableDraft> drafts) => DraftJson.Write(writer =>
    {
        writer.WriteString("form", "exchange-inventory/1");
        writer.WriteString("database", inventory.Database);
        writer.WriteString("serverVersion", inventory.ServerVersion);
        writer.WriteString("readAt", inventory.ReadAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartArray("tables");
        foreach (var draft in drafts) WriteTable(writer, draft);
        writer.WriteEndArray();
    });

    private static void WriteTable(Utf8JsonWriter writer, TableDraft draft)
    {
        var table = draft.Table;
        writer.WriteStartObject();
        writer.WriteString("schema", table.Schema);
        writer.WriteString("name", table.Name);
        writer.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(table.Kind.ToString()));
        writer.WriteString("comment", table.Comment);
        if (table.Rows is { } rows) writer.WriteNumber("rows", rows);
        else writer.WriteNull("rows");
        writer.WriteBoolean("rowsAreCounted", table.RowsAreCounted);
        writer.WriteNumber("sampledRows", table.Sample.Rows);
        writer.WriteStartObject("key");
        writer.WriteString("origin", JsonNamingPolicy.CamelCase.ConvertName(table.KeyOrigin.ToString()));
        writer.WriteStartArray("columns");
        foreach (var column in table.Key) writer.WriteStringValue(column);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteString("draft", draft.IsComplete ? draft.AdapterFile : null);
        writer.WriteTold("notes", table.Notes);
        writer.WriteStartArray("columns");
        foreach (var column in table.Columns) WriteColumn(writer, column, draft.Fields.FirstOrDefault(f => f.Column == column));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter writer, InventoryColumn column, FieldDraft? field)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Name);
        writer.WriteString("type", column.Type);
        writer.WriteBoolean("notNull", column.NotNull);
        writer.WriteString("comment", column.Comment);
        writer.WriteString("field", field?.Name);
        if (field?.Suggestion is { } suggestion)
        {
            writer.WriteStartObject("suggestion");
            writer.WriteString("zh", suggestion.Kind.Name.Zh);
            writer.WriteString("en", suggestion.Kind.Name.En);
            writer.WriteString("personal", suggestion.Kind.Personal);
            writer.WriteNumber("level", suggestion.Kind.Level);
            writer.WriteString("certainty", JsonNamingPolicy.CamelCase.ConvertName(suggestion.Certainty.ToString()));
            writer.WriteString("mask", suggestion.Mask);
            writer.WriteTold("evidence", suggestion.Evidence);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
