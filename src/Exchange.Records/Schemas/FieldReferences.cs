using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

/// <summary>One keyword of a field after its references were followed, and where it was written.</summary>
internal readonly record struct Keyword(JsonElement Value, string Pointer);

/// <summary>The <c>$defs</c> of a schema, and the following of <c>$ref</c> into them.</summary>
internal sealed class FieldReferences
{
    private const string Prefix = "#/$defs/";

    private readonly JsonElement _definitions;
    private readonly SchemaFindings _findings;

    public FieldReferences(JsonElement root, SchemaFindings findings)
    {
        _findings = findings;
        if (!root.TryGetProperty("$defs", out var definitions)) return;
        if (definitions.ValueKind == JsonValueKind.Object) _definitions = definitions;
        else findings.Invalid("/$defs", "$defs", "object");
    }

    public IEnumerable<JsonProperty> Definitions => _definitions.ValueKind == JsonValueKind.Object ? _definitions.EnumerateObject() : [];

    /// <summary>
    /// The keywords of a field's schema, those of a referenced definition included. Beside <c>$ref</c> only annotations may stand; they go before
    /// the definition's own. Null where the schema is no object or a reference cannot be followed, which is then found.
    /// </summary>
    public Dictionary<string, Keyword>? Resolve(JsonElement schema, string pointer)
    {
        var keywords = new Dictionary<string, Keyword>(StringComparer.Ordinal);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            if (schema.ValueKind != JsonValueKind.Object)
            {
                _findings.Invalid(pointer, "properties", "object");
                return null;
            }

            var reference = ReadReference(schema, pointer);
            foreach (var member in schema.EnumerateObject())
            {
                var at = pointer + "/" + SchemaFindings.Escape(member.Name);
                if (member.Name == "$ref") continue;
                if (reference is not null && member.Name is not ("title" or "description" or "x-exchange"))
                    _findings.Add(at, ErrorCodes.SchemaKeywordMisplaced, ("keyword", member.Name), ("type", "$ref"));
                keywords.TryAdd(member.Name, new Keyword(member.Value, at));
            }

            if (reference is null) return schema.TryGetProperty("$ref", out _) ? null : keywords;
            if (!visited.Add(reference) || _definitions.ValueKind != JsonValueKind.Object || !_definitions.TryGetProperty(reference, out schema))
            {
                _findings.Add(pointer + "/$ref", ErrorCodes.SchemaReferenceBroken, ("reference", Prefix + reference));
                return null;
            }

            pointer = "/$defs/" + SchemaFindings.Escape(reference);
        }
    }

    // The name of the definition that is referred to, or null where there is no (allowed) reference.
    private string? ReadReference(JsonElement schema, string pointer)
    {
        if (!schema.TryGetProperty("$ref", out var reference)) return null;
        var text = reference.ValueKind == JsonValueKind.String ? reference.GetString()! : "";
        var name = text.StartsWith(Prefix, StringComparison.Ordinal) ? Uri.UnescapeDataString(text[Prefix.Length..]) : "";
        if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal))
        {
            _findings.Add(pointer + "/$ref", ErrorCodes.SchemaReferenceRefused, ("reference", text));
            return null;
        }

        return name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
