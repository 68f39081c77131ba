using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Configuration;

/// <summary>Reads a map of field to column, CSV header or the like.</summary>
internal static class FieldMap
{
    /// <summary>The map for every field of the schema; a field that is not listed has its own name.</summary>
    public static Dictionary<string, string> Read(SectionReader reader, Setting setting, ResourceSchema? schema)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, column) in reader.Map(setting))
        {
            if (schema is not null && schema.Find(field) is null)
                reader.Findings.Add(reader.LineOf(setting), ErrorCodes.FieldUnknown, ("field", field));
            map[field] = column;
        }

        if (schema is null) return map;
        foreach (var field in schema.Fields) map.TryAdd(field.Name, field.Name);
        return map;
    }
}
