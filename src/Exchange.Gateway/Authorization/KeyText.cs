using System.Globalization;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Authorization;

/// <summary>Text of a caller that is to be a value of a field's type.</summary>
internal static class KeyText
{
    private const int MaxLength = 4_000;

    /// <returns>A form that PostgreSQL reads as the type without fail, or null where it is none.</returns>
    public static string? Canonical(Field field, string text)
    {
        if (text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal)) return null;
        var invariant = CultureInfo.InvariantCulture;
        return field.Type switch
        {
            FieldType.Text => IsWellFormed(text) ? text : null,
            FieldType.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var integer) ? integer.ToString(invariant) : null,
            FieldType.Number => decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, invariant, out var number) ? number.ToString(invariant) : null,
            FieldType.Double => double.TryParse(text, NumberStyles.Float, invariant, out var real) && double.IsFinite(real) ? real.ToString("R", invariant) : null,
            FieldType.Boolean => text is "true" or "false" ? text : null,
            FieldType.Date => DateOnly.TryParseExact(text, "yyyy-MM-dd", invariant, DateTimeStyles.None, out var date) ? date.ToString("yyyy-MM-dd", invariant) : null,
            FieldType.Timestamp => DateTimeOffset.TryParse(text, invariant, DateTimeStyles.AssumeUniversal | DateTimeStyles.RoundtripKind, out var instant)
                ? instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", invariant)
                : null,
            FieldType.Time => TimeOnly.TryParse(text, invariant, out var time) ? time.ToString("HH:mm:ss.ffffff", invariant) : null,
            FieldType.Uuid => Guid.TryParseExact(text, "D", out var uuid) ? uuid.ToString() : null,
            _ => null,
        };
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
