using System.Text.Json;

namespace Exchange.Records.Schemas;

/// <summary>Reads the values of keywords as what they have to be; reports what they are not.</summary>
internal sealed class KeywordValues(Dictionary<string, Keyword> keywords, SchemaFindings findings)
{
    public string? Text(string keyword)
    {
        if (!keywords.TryGetValue(keyword, out var found)) return null;
        if (found.Value.ValueKind == JsonValueKind.String) return found.Value.GetString();
        findings.Invalid(found.Pointer, keyword, "string");
        return null;
    }

    public int? Count(string keyword)
    {
        if (!keywords.TryGetValue(keyword, out var found)) return null;
        if (found.Value.ValueKind == JsonValueKind.Number && found.Value.TryGetInt32(out var count) && count >= 0) return count;
        findings.Invalid(found.Pointer, keyword, "integer, 0..2147483647");
        return null;
    }

    public decimal? Number(string keyword)
    {
        if (!keywords.TryGetValue(keyword, out var found)) return null;
        if (found.Value.ValueKind == JsonValueKind.Number && IsExact(found.Value, out var number)) return number;
        findings.Invalid(found.Pointer, keyword, "number, 28 digits");
        return null;
    }

    public decimal? PositiveNumber(string keyword)
    {
        if (!keywords.TryGetValue(keyword, out var found)) return null;
        if (found.Value.ValueKind == JsonValueKind.Number && IsExact(found.Value, out var number) && number > 0) return number;
        findings.Invalid(found.Pointer, keyword, "number > 0, 28 digits");
        return null;
    }

    // A limit that a decimal cannot hold exactly would be enforced wrongly.
    private static bool IsExact(JsonElement value, out decimal number)
    {
        number = 0;
        Span<byte> exact = stackalloc byte[Rows.PgNumeric.MaxBytes];
        return Rows.PgNumeric.Parse(System.Text.Encoding.ASCII.GetBytes(value.GetRawText()), exact, out var length) == Rows.NumberText.Good
            && Rows.PgNumeric.TryRead(exact[..length], out number);
    }
}
