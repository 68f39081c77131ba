using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

/// <summary>Reads one field from its keywords. A keyword that does not apply to the field's type is refused like an unknown one.</summary>
internal sealed class FieldReader(string name, string pointer, Dictionary<string, Keyword>? keywords, SchemaFindings findings)
{
    private const string TypeNotation = "string | integer | number | boolean | [T, null]";

    private readonly KeywordValues _values = new(keywords ?? [], findings);

    public Field Read(int ordinal, bool required)
    {
        if (keywords is null) return new Field { Name = name, Ordinal = ordinal, Type = FieldType.Text, Nullable = !required, IsRequired = required };
        var jsonType = ReadType(out var nullable);
        var format = _values.Text("format");
        var type = jsonType is null ? (FieldType?)null : FieldFormats.TypeOf(jsonType, format);
        if (jsonType is not null && type is null) RefuseFormat(jsonType);
        CheckKeywords(type);
        var rules = type is { } known ? new FieldRulesReader(known, nullable, keywords, findings).Read() : FieldRules.None;
        var field = new Field
        {
            Name = name,
            Ordinal = ordinal,
            Type = type ?? FieldType.Text,
            Nullable = nullable || !required,
            IsRequired = required,
            Format = format,
            Title = _values.Text("title"),
            Description = _values.Text("description"),
            Rules = rules,
        };
        return ReadAnnotations(field);
    }

    private string? ReadType(out bool nullable)
    {
        nullable = false;
        if (!keywords!.TryGetValue("type", out var keyword))
        {
            findings.Invalid(pointer, "type", TypeNotation);
            return null;
        }

        var names = keyword.Value.ValueKind switch
        {
            JsonValueKind.String => [keyword.Value.GetString()!],
            JsonValueKind.Array when keyword.Value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String) =>
                keyword.Value.EnumerateArray().Select(i => i.GetString()!).ToList(),
            _ => new List<string>(),
        };
        nullable = names.Count == 2 && names.Remove("null");
        if (names.Count == 1 && names[0] is "string" or "integer" or "number" or "boolean") return names[0];
        findings.Invalid(keyword.Pointer, "type", TypeNotation);
        return null;
    }

    private void RefuseFormat(string jsonType)
    {
        var allowed = FieldFormats.For(jsonType);
        if (allowed.Count > 0) findings.Invalid(keywords!["format"].Pointer, "format", string.Join(" | ", allowed));
        else findings.Add(keywords!["format"].Pointer, ErrorCodes.SchemaKeywordMisplaced, ("keyword", "format"), ("type", jsonType));
    }

    private void CheckKeywords(FieldType? type)
    {
        foreach (var (keyword, (_, at)) in keywords!)
        {
            if (keyword is "type" or "format" or "title" or "description" or "x-exchange") continue;
            if (!FieldRulesReader.IsKnown(keyword)) findings.Add(at, ErrorCodes.SchemaKeywordRefused, ("keyword", keyword));
            else if (type is { } known && !FieldRulesReader.Applies(keyword, known))
                findings.Add(at, ErrorCodes.SchemaKeywordMisplaced, ("keyword", keyword), ("type", FieldFormats.Describe(known)));
        }
    }

    private Field ReadAnnotations(Field field)
    {
        if (!keywords!.TryGetValue("x-exchange", out var annotations)) return field;
        if (annotations.Value.ValueKind != JsonValueKind.Object)
        {
            findings.Invalid(annotations.Pointer, "x-exchange", "object");
            return field;
        }

        foreach (var member in annotations.Value.EnumerateObject())
        {
            var at = annotations.Pointer + "/" + SchemaFindings.Escape(member.Name);
            field = ReadAnnotation(field, member, at);
        }

        return field;
    }

    private Field ReadAnnotation(Field field, JsonProperty member, string at)
    {
        var value = member.Value;
        var word = value.ValueKind == JsonValueKind.String && value.GetString()!.Length is > 0 and <= 100 ? value.GetString() : null;
        var flag = value.ValueKind is JsonValueKind.True or JsonValueKind.False;
        switch (member.Name)
        {
            case "key" when flag && field.Type == FieldType.Double && value.GetBoolean():
                findings.Add(at, ErrorCodes.SchemaKeywordMisplaced, ("keyword", "x-exchange.key"), ("type", "number/double"));
                return field;
            case "key" when flag:
                return field with { IsKey = value.GetBoolean() };
            case "filter" when flag:
                return field with { IsFilterable = value.GetBoolean() };
            case "level" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var level) && level is >= 1 and <= 4:
                return field with { Level = level };
            case "personal" when word is not null:
                return field with { Personal = word };
            case "element" when word is not null:
                return field with { Element = word };
            case "mask" when word is not null:
                return field with { DefaultMask = word };
            case "key" or "filter":
                findings.Invalid(at, "x-exchange." + member.Name, "true | false");
                return field;
            case "level":
                findings.Invalid(at, "x-exchange.level", "1 | 2 | 3 | 4");
                return field;
            case "personal" or "element" or "mask":
                findings.Invalid(at, "x-exchange." + member.Name, "string, 1..100");
                return field;
            default:
                findings.Add(at, ErrorCodes.SchemaKeywordRefused, ("keyword", "x-exchange." + member.Name));
                return field;
        }
    }
}
