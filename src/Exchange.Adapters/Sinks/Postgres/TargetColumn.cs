using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>One field of the slice and the column it goes into.</summary>
internal sealed record TargetColumn(string Field, FieldType Type, string Column, bool IsKey, string? Title)
{
    public string Sql => TableName.Identifier.Quote(Column);

    public string FieldSql => TableName.Identifier.Quote(Field);

    /// <summary>Binds the fields of an answer to the columns of the target, by name. Fails with <see cref="ErrorCodes.TargetDrift"/> where the key is not known or not granted.</summary>
    public static Result<IReadOnlyList<TargetColumn>> Bind(PostgresSinkModel model, IReadOnlyList<RowColumn> fields, ResourceSchema? schema)
    {
        var key = model.Key.Count > 0 ? model.Key : [.. schema?.Keys.Select(k => k.Name) ?? []];
        var missing = key.Where(k => fields.All(f => f.Name != k)).ToList();
        if (key.Count == 0) return ErrorCodes.TargetDrift.With(("change", "the key of the resource is not known; set sink.postgres.key"));
        if (missing.Count > 0) return ErrorCodes.TargetDrift.With(("change", $"the key field {string.Join(", ", missing)} is not granted"));
        return fields
            .Select(f => new TargetColumn(f.Name, f.Type, model.Columns.GetValueOrDefault(f.Name, f.Name), key.Contains(f.Name), schema?.Find(f.Name)?.Title))
            .ToList();
    }
}
