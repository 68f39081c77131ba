using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

internal static class FieldNames
{
    public const int MaxBytes = 50;

    private static readonly FrozenSet<string> Reserved = new[] { "select", "order", "limit", "cursor", "and", "or", "not" }.ToFrozenSet(StringComparer.Ordinal);

    public static void Check(string name, string pointer, SchemaFindings findings)
    {
        if (!IsValid(name)) findings.Add(pointer, ErrorCodes.SchemaFieldNameInvalid, ("field", name));
        else if (Reserved.Contains(name)) findings.Add(pointer, ErrorCodes.SchemaFieldNameReserved, ("field", name));
    }

    public static bool IsValid(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > MaxBytes) return false;
        var first = true;
        foreach (var rune in name.EnumerateRunes())
        {
            if (first && !Rune.IsLetter(rune)) return false;
            if (!Rune.IsLetter(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.DecimalDigitNumber && rune.Value != '_') return false;
            first = false;
        }

        return true;
    }
}
