using System.Text;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;

namespace Exchange.Records.Schemas;

/// <summary>Reads the constraints of a field whose type is known.</summary>
internal sealed class FieldRulesReader(FieldType type, bool nullable, Dictionary<string, Keyword> keywords, SchemaFindings findings)
{
    private const int MaxAllowed = 10_000;

    private readonly KeywordValues _values = new(keywords, findings);

    public static bool IsKnown(string keyword) => keyword is "minLength" or "maxLength" or "pattern" or "minimum" or "maximum"
        or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" or "enum" or "const";

    public static bool Applies(string keyword, FieldType type) => keyword switch
    {
        "minLength" or "maxLength" or "pattern" => type == FieldType.Text,
        "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" => type is FieldType.Integer or FieldType.Number or FieldType.Double,
        "multipleOf" => type is FieldType.Integer or FieldType.Number,
        "enum" or "const" => type is not (FieldType.Double or FieldType.Timestamp or FieldType.Time),
        _ => false,
    };

    public FieldRules Read()
    {
        var rules = new FieldRules
        {
            MinLength = Applies("minLength", type) ? _values.Count("minLength") : null,
            MaxLength = Applies("maxLength", type) ? _values.Count("maxLength") : null,
            Pattern = Applies("pattern", type) ? ReadPattern() : null,
            Minimum = Applies("minimum", type) ? _values.Number("minimum") : null,
            Maximum = Applies("maximum", type) ? _values.Number("maximum") : null,
            ExclusiveMinimum = Applies("exclusiveMinimum", type) ? _values.Number("exclusiveMinimum") : null,
            ExclusiveMaximum = Applies("exclusiveMaximum", type) ? _values.Number("exclusiveMaximum") : null,
            MultipleOf = Applies("multipleOf", type) ? _values.PositiveNumber("multipleOf") : null,
            Enum = Applies("enum", type) ? ReadAllowed() : null,
        };
        CheckContradictions(rules);
        return rules;
    }

    private string? ReadPattern()
    {
        var pattern = _values.Text("pattern");
        if (pattern is null) return null;
        if (LinearPattern.TryCompile(pattern, out _, out var refused)) return pattern;
        findings.Add(keywords["pattern"].Pointer, ErrorCodes.SchemaPatternRefused, ("construct", refused));
        return null;
    }

    private List<string>? ReadAllowed()
    {
        if (keywords.TryGetValue("const", out var constant))
        {
            if (keywords.ContainsKey("enum")) findings.Add(constant.Pointer, ErrorCodes.SchemaRulesContradict, ("keyword", "const"), ("other", "enum"));
            if (nullable) findings.Add(constant.Pointer, ErrorCodes.SchemaRulesContradict, ("keyword", "const"), ("other", "type"));
            return Canonical(constant.Value) is { } only ? [only] : Refuse(constant.Pointer, "const");
        }

        if (!keywords.TryGetValue("enum", out var found)) return null;
        if (found.Value.ValueKind != JsonValueKind.Array || found.Value.GetArrayLength() == 0) return Refuse(found.Pointer, "enum");
        if (found.Value.GetArrayLength() > MaxAllowed)
        {
            findings.Add(found.Pointer, ErrorCodes.SchemaTooLarge, ("what", "enum"), ("limit", MaxAllowed));
            return null;
        }

        var allowed = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var holdsNull = false;
        var index = 0;
        foreach (var item in found.Value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Null && nullable && !holdsNull) holdsNull = true;
            else if (Canonical(item) is { } value && known.Add(value)) allowed.Add(value);
            else Refuse($"{found.Pointer}/{index}", "enum");
            index++;
        }

        if (nullable && !holdsNull) findings.Add(found.Pointer, ErrorCodes.SchemaRulesContradict, ("keyword", "enum"), ("other", "type: null"));
        return allowed;
    }

    private List<string>? Refuse(string pointer, string keyword)
    {
        findings.Invalid(pointer, keyword, FieldFormats.Describe(type) + (keyword == "enum" ? "[], unique" : ""));
        return null;
    }

    private string? Canonical(JsonElement value)
    {
        switch (type)
        {
            case FieldType.Text when value.ValueKind == JsonValueKind.String:
                return value.GetString();
            case FieldType.Integer when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var integer):
                return integer.ToString(System.Globalization.CultureInfo.InvariantCulture);
            case FieldType.Number when value.ValueKind == JsonValueKind.Number:
                Span<byte> bytes = stackalloc byte[PgNumeric.MaxBytes];
                return PgNumeric.Parse(Encoding.ASCII.GetBytes(value.GetRawText()), bytes, out var length) == NumberText.Good ? RowValue.NumberText(bytes[..length]) : null;
            case FieldType.Boolean when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean() ? "true" : "false";
            case FieldType.Date when value.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", out var date):
                return date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            case FieldType.Uuid when value.ValueKind == JsonValueKind.String && Guid.TryParseExact(value.GetString(), "D", out var uuid):
                return uuid.ToString("D");
            default:
                return null;
        }
    }

    private void CheckContradictions(FieldRules rules)
    {
        Contradict(rules.MinLength > rules.MaxLength, "minLength", "maxLength");
        Contradict(rules.Minimum > rules.Maximum, "minimum", "maximum");
        Contradict(rules.Minimum >= rules.ExclusiveMaximum, "minimum", "exclusiveMaximum");
        Contradict(rules.ExclusiveMinimum >= rules.Maximum, "exclusiveMinimum", "maximum");
        Contradict(rules.ExclusiveMinimum >= rules.ExclusiveMaximum, "exclusiveMinimum", "exclusiveMaximum");
    }

    private void Contradict(bool contradicts, string keyword, string other)
    {
        if (contradicts) findings.Add(keywords[keyword].Pointer, ErrorCodes.SchemaRulesContradict, ("keyword", keyword), ("other", other));
    }
}
