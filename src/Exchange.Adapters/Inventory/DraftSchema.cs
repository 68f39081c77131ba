using System.Text.Json;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Inventory;

/// <summary>Writes the JSON Schema of a drafted resource, in the profile of resource schemas.</summary>
internal static class DraftSchema
{
    private const int MostLabels = 10_000;

    /// <summary>Decimals that a limit in a schema can have exactly.</summary>
    private const int MostScale = 20;

    public static string Write(TableDraft draft) => DraftJson.Write(writer =>
    {
        writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        writer.WriteString("title", draft.TitleZh);
        writer.WriteString("type", "object");
        writer.WriteBoolean("additionalProperties", false);
        writer.WriteStartArray("required");
        foreach (var field in draft.Fields.Where(f => !IsNullable(f))) writer.WriteStringValue(field.Name);
        writer.WriteEndArray();
        writer.WriteStartObject("properties");
        foreach (var field in draft.Fields) WriteField(writer, field);
        writer.WriteEndObject();
    });

    private static bool IsNullable(FieldDraft field) => !field.IsKey && !field.Column.NotNull;

    private static void WriteField(Utf8JsonWriter writer, FieldDraft field)
    {
        var (type, format) = NameOf(field.Column.FieldType!.Value);
        writer.WriteStartObject(field.Name);
        if (IsNullable(field))
        {
            writer.WriteStartArray("type");
            writer.WriteStringValue(type);
            writer.WriteStringValue("null");
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("type", type);
        }

        if ((format ?? field.Suggestion?.Format) is { } named) writer.WriteString("format", named);
        WriteRules(writer, field);
        writer.WriteString("title", field.Title);
        if (field.Column.Comment is { } comment && comment != field.Title) writer.WriteString("description", comment);
        WriteAnnotations(writer, field);
        writer.WriteEndObject();
    }

    private static void WriteRules(Utf8JsonWriter writer, FieldDraft field)
    {
        if (field.Column.MaxLength is { } length) writer.WriteNumber("maxLength", length);
        if (field.Column is { FieldType: FieldType.Number, Scale: >= 0 and <= MostScale and var scale }) writer.WriteNumber("multipleOf", new decimal(1, 0, 0, false, (byte)scale));
        if (field.Column.Labels is not { Count: > 0 and <= MostLabels } labels) return;
        writer.WriteStartArray("enum");
        foreach (var label in labels) writer.WriteStringValue(label);
        if (IsNullable(field)) writer.WriteNullValue();
        writer.WriteEndArray();
    }

    private static void WriteAnnotations(Utf8JsonWriter writer, FieldDraft field)
    {
        if (!field.IsKey && field.Suggestion is null) return;
        writer.WriteStartObject("x-exchange");
        if (field.IsKey) writer.WriteBoolean("key", true);
        if (field.Suggestion is { } suggestion)
        {
            if (suggestion.Kind.Test == ValueTests.Division) writer.WriteBoolean("filter", true);
            writer.WriteNumber("level", suggestion.Kind.Level);
            if (suggestion.Kind.Personal is { } personal) writer.WriteString("personal", personal);
            if (suggestion.Mask is { } mask) writer.WriteString("mask", mask);
        }

        writer.WriteEndObject();
    }

    private static (string Type, string? Format) NameOf(FieldType type) => type switch
    {
        FieldType.Text => ("string", null),
        FieldType.Integer => ("integer", null),
        FieldType.Number => ("number", null),
        FieldType.Double => ("number", "double"),
        FieldType.Boolean => ("boolean", null),
        FieldType.Date => ("string", "date"),
        FieldType.Timestamp => ("string", "date-time"),
        FieldType.Time => ("string", "time"),
        FieldType.Uuid => ("string", "uuid"),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
