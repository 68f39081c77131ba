using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>Knows the types that described columns have.</summary>
internal sealed class RelationTypes(CaptureSession session)
{
    private readonly Dictionary<uint, (string Name, bool IsEnum)> _types = [];

    public async Task<Result<BoundRelation>> BindAsync(RelationMessage relation, CancellationToken cancellation)
    {
        if (relation.Columns.Any(c => !_types.ContainsKey(c.Type))) await LoadAsync(cancellation);
        var table = session.Model.Table;
        if (relation.Name != table.Name || (table.Schema is not null && relation.Schema != table.Schema))
            return ErrorCodes.SchemaDrift.With(("change", $"the table {table} is named {relation.Schema}.{relation.Name}"));
        return BoundRelation.Bind(relation, session.Model, session.Context.Schema, _types);
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        await using var command = session.Database.CreateQuickCommand(CaptureSql.Types);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) _types[(uint)reader.GetInt64(0)] = (reader.GetString(1), reader.GetBoolean(2));
    }
}
