using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Exchange;

/// <summary>One column of a rows answer.</summary>
internal sealed record RowColumn(string Name, FieldType Type);

/// <summary>Reads the header <c>Exchange-Columns</c>: <c>name:type,…</c>, names percent-encoded where they are not ASCII, types as PostgreSQL writes them.</summary>
internal static class RowColumns
{
    public const string Header = "Exchange-Columns";
    public const string Operation = "_op";

    private static readonly Dictionary<string, FieldType> Types =
        Enum.GetValues<FieldType>().SelectMany(t => Names(t).Select(n => (Name: n, Type: t))).DistinctBy(p => p.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(p => p.Name, p => p.Type, StringComparer.OrdinalIgnoreCase);

    public static Result<IReadOnlyList<RowColumn>> Parse(string? header)
    {
        if (string.IsNullOrEmpty(header)) return Unreadable("the header Exchange-Columns is missing");
        var columns = new List<RowColumn>();
        foreach (var part in header.Split(','))
        {
            var colon = part.LastIndexOf(':');
            if (colon <= 0) return Unreadable($"the header Exchange-Columns holds '{part}'");
            var name = Uri.UnescapeDataString(part[..colon].Trim());
            var typeName = Uri.UnescapeDataString(part[(colon + 1)..].Trim());
            if (!Types.TryGetValue(typeName, out var type)) return Unreadable($"the type {typeName} of column {name} is not known");
            columns.Add(new RowColumn(name, type));
        }

        return columns;
    }

    private static Error Unreadable(string reason) => ErrorCodes.SourceUnavailable.With(("reason", reason));

    private static IEnumerable<string> Names(FieldType type)
    {
        yield return type.PostgresName();
        yield return type.ToString();
        if (type == FieldType.Timestamp) yield return "timestamptz";
        if (type == FieldType.Time) yield return "time";
    }
}
