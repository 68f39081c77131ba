using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

/// <summary>
/// Reads a JSON Schema of the declared profile. Every keyword is enforced or refused by name and JSON Pointer, all findings in one answer.
/// Touches neither network nor files: only references of the form <c>#/$defs/…</c> are followed.
/// </summary>
internal static class SchemaReader
{
    public const int MaxBytes = 1 << 20;
    public const int MaxDepth = 16;

    /// <summary>A PostgreSQL table has at most 1,600 columns, and the store adds one.</summary>
    public const int MaxFields = 1599;

    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    public static Result<ResourceSchema> Read(string json)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(json.Length)];
        if (Utf8.FromUtf16(json, bytes, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
            return ErrorCodes.SchemaNotJson.With(("offset", length));
        Array.Resize(ref bytes, length);
        if (bytes.Length > MaxBytes)
            return ErrorCodes.SchemaInvalid.WithDetails([Finding("", ErrorCodes.SchemaTooLarge, ("what", "UTF-8"), ("limit", $"{MaxBytes} B"))], ("count", 1));

        var findings = new SchemaFindings();
        if (SchemaText.FindFault(bytes, findings) is { } offset) return ErrorCodes.SchemaNotJson.With(("offset", offset));

        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
        var root = document.RootElement;
        var fields = root.ValueKind == JsonValueKind.Object ? ReadRoot(root, findings) : [];
        if (root.ValueKind != JsonValueKind.Object) findings.Invalid("", "type", "object");
        return findings.All.Count > 0
            ? ErrorCodes.SchemaInvalid.WithDetails(findings.All, ("count", findings.All.Count))
            : new ResourceSchema(json, CanonicalJson.Fingerprint(root), fields);
    }

    private static List<Field> ReadRoot(JsonElement root, SchemaFindings findings)
    {
        CheckRootKeywords(root, findings);
        var references = new FieldReferences(root, findings);
        var required = ReadRequired(root, findings);
        var fields = new List<Field>();
        foreach (var definition in references.Definitions)
        {
            var pointer = "/$defs/" + SchemaFindings.Escape(definition.Name);
            new FieldReader(definition.Name, pointer, references.Resolve(definition.Value, pointer), findings).Read(0, required: false);
        }

        if (!root.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            findings.Invalid("", "properties", "object");
            return fields;
        }

        foreach (var property in properties.EnumerateObject())
        {
            var pointer = "/properties/" + SchemaFindings.Escape(property.Name);
            if (fields.Count == MaxFields)
            {
                findings.Add(pointer, ErrorCodes.SchemaTooLarge, ("what", "properties"), ("limit", MaxFields));
                break;
            }

            FieldNames.Check(property.Name, pointer, findings);
            var field = new FieldReader(property.Name, pointer, references.Resolve(property.Value, pointer), findings).Read(fields.Count, required.ContainsKey(property.Name));
            if (field.IsKey && field.Nullable) findings.Add(pointer, ErrorCodes.SchemaKeyNullable, ("field", field.Name));
            fields.Add(field);
        }

        CheckWhole(root, fields, required, findings);
        return fields;
    }

    private static void CheckRootKeywords(JsonElement root, SchemaFindings findings)
    {
        foreach (var keyword in root.EnumerateObject())
        {
            var text = keyword.Value.ValueKind == JsonValueKind.String ? keyword.Value.GetString() : null;
            switch (keyword.Name)
            {
                case "properties" or "required" or "$defs":
                    break;
                case "$schema":
                    if (text != Dialect) findings.Invalid("/$schema", "$schema", Dialect);
                    break;
                case "$id" or "title" or "description":
                    if (text is null) findings.Invalid("/" + keyword.Name, keyword.Name, "string");
                    break;
                case "type":
                    if (text != "object") findings.Invalid("/type", "type", "object");
                    break;
                case "additionalProperties":
                    if (keyword.Value.ValueKind != JsonValueKind.False) findings.Invalid("/additionalProperties", "additionalProperties", "false");
                    break;
                default:
                    findings.Add("/" + SchemaFindings.Escape(keyword.Name), ErrorCodes.SchemaKeywordRefused, ("keyword", keyword.Name));
                    break;
            }
        }

        if (!root.TryGetProperty("type", out _)) findings.Invalid("", "type", "object");
    }

    private static Dictionary<string, int> ReadRequired(JsonElement root, SchemaFindings findings)
    {
        var required = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!root.TryGetProperty("required", out var list)) return required;
        if (list.ValueKind != JsonValueKind.Array)
        {
            findings.Invalid("/required", "required", "string[]");
            return required;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !required.TryAdd(item.GetString()!, index)) findings.Invalid($"/required/{index}", "required", "string[], unique");
            index++;
        }

        return required;
    }

    private static void CheckWhole(JsonElement root, List<Field> fields, Dictionary<string, int> required, SchemaFindings findings)
    {
        var declared = fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, index) in required)
        {
            if (!declared.Contains(name)) findings.Add($"/required/{index}", ErrorCodes.SchemaFieldUndeclared, ("field", name));
        }

        if (root.TryGetProperty("properties", out _) && !fields.Exists(f => f.IsKey)) findings.Add("/properties", ErrorCodes.SchemaKeyMissing);
    }

    private static ErrorDetail Finding(string pointer, ErrorCode code, params (string Name, object? Value)[] data) => new(pointer, code, code.With(data).Data);
}
