using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>The columns of a described table, bound to the fields of the resource by name.</summary>
/// <param name="Column">Place of each field's column in the described table.</param>
internal sealed record BoundRelation(IReadOnlyList<int> Column, IReadOnlyList<ColumnForm> Form)
{
    /// <param name="types">By the number of each type, the name of the type that its values are of and whether that is an enum.</param>
    /// <returns>Fails with <see cref="ErrorCodes.SchemaDrift"/> naming all that does not fit.</returns>
    public static Result<BoundRelation> Bind(
        RelationMessage relation, PostgresSourceModel model, ResourceSchema schema, IReadOnlyDictionary<uint, (string Name, bool IsEnum)> types)
    {
        var changes = new List<string>();
        var (places, forms) = (new int[schema.Fields.Count], new ColumnForm[schema.Fields.Count]);
        foreach (var field in schema.Fields)
        {
            var column = model.Columns[field.Name];
            var place = IndexOf(relation.Columns, column);
            if (place < 0)
            {
                changes.Add($"the column {column} is gone");
                continue;
            }

            var type = types.GetValueOrDefault(relation.Columns[place].Type, ("of an unknown type", false));
            if (ColumnForms.Of(field.Type, type.Item1, type.Item2) is { } form) (places[field.Ordinal], forms[field.Ordinal]) = (place, form);
            else changes.Add($"the column {column} is {type.Item1}, which does not fit {field.Type.PostgresName()}");
        }

        return changes.Count > 0 ? ErrorCodes.SchemaDrift.With(("change", string.Join("; ", changes))) : new BoundRelation(places, forms);
    }

    private static int IndexOf(IReadOnlyList<RelationColumn> columns, string name)
    {
        for (var i = 0; i < columns.Count; i++)
            if (columns[i].Name == name) return i;
        return -1;
    }
}
