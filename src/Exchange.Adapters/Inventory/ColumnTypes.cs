using Exchange.Adapters.Sources.Postgres;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Inventory;

/// <summary>Which PostgreSQL types become which fields; the same that a PostgreSQL source takes.</summary>
internal static class ColumnTypes
{
    private const int HeaderBytes = 4;

    /// <param name="type">Name in the system's schema; <c>enum</c> for any enum; empty for other types of users.</param>
    /// <returns>Null where the exchange has no type for it.</returns>
    public static FieldType? FieldOf(string type) => type == "enum" ? FieldType.Text : SourceColumns.FieldOf(type);

    public static int? MaxLength(string type, int modifier) => type is "varchar" or "bpchar" && modifier >= HeaderBytes ? modifier - HeaderBytes : null;

    /// <summary>The decimals of a <c>numeric(p, s)</c>; null where they are not fixed.</summary>
    public static int? Scale(string type, int modifier)
    {
        if (type != "numeric" || modifier < HeaderBytes) return null;
        // Eleven bits, with a sign since PostgreSQL 15.
        var scale = (modifier - HeaderBytes) & 0x7FF;
        return (scale ^ 0x400) - 0x400;
    }
}
