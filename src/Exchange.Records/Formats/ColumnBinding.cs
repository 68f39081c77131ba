using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>Binds the columns of a file to the fields of a schema by their headers, never by position.</summary>
public static class ColumnBinding
{
    /// <summary>Finds each field's column.</summary>
    /// <param name="found">The file's headers in the order of its columns.</param>
    /// <param name="line">Line of the header, for the findings.</param>
    /// <param name="headers">The header of each field that has another name in the file; null or absent for the field's own name.</param>
    /// <param name="ignored">Whether a header that no field takes is passed over; else it is drift.</param>
    /// <returns>Column by field ordinal. Fails with <see cref="ErrorCodes.SchemaDrift"/>: a column is missing, stands twice, or is unknown; all of them are listed.</returns>
    public static Result<int[]> Bind(
        IReadOnlyList<string> found, long line, ResourceSchema schema, IReadOnlyDictionary<string, string>? headers, Func<string, bool> ignored)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        var findings = new List<ErrorDetail>();
        for (var i = 0; i < found.Count; i++)
            if (!columns.TryAdd(found[i], i)) findings.Add(Drift(line, $"column '{found[i]}' stands twice", $"列“{found[i]}”重复"));

        var bound = new int[schema.Fields.Count];
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in schema.Fields)
        {
            var header = headers?.GetValueOrDefault(field.Name) ?? field.Name;
            taken.Add(header);
            if (columns.TryGetValue(header, out var column)) bound[field.Ordinal] = column;
            else findings.Add(Drift(line, $"column '{header}' is missing", $"缺少列“{header}”"));
        }

        foreach (var header in columns.Keys)
            if (!taken.Contains(header) && !ignored(header)) findings.Add(Drift(line, $"column '{header}' is unknown", $"未知的列“{header}”"));

        if (findings.Count == 0) return bound;
        var first = findings[0].Data;
        return ErrorCodes.SchemaDrift.WithDetails(findings, ("change", first["change"]), ("change:zh", first["change:zh"]));
    }

    private static ErrorDetail Drift(long line, string change, string changeZh) =>
        new($"line {line}", ErrorCodes.SchemaDrift, ErrorCodes.SchemaDrift.With(("change", change), ("change:zh", changeZh)).Data);
}
