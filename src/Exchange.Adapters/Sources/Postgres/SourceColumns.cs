using System.Data;
using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Npgsql;
using Npgsql.PostgresTypes;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>A table that fits.</summary>
/// <param name="Expressions">One SQL expression per field, in schema order, each of the field's row type.</param>
/// <param name="Mark">The columns of a mark: time of change, then key; in mode capture the key; in mode snapshot empty.</param>
internal sealed record BoundColumns(IReadOnlyList<string> Expressions, IReadOnlyList<MarkColumn> Mark);

/// <summary>Binds the fields of a resource to the columns of a table, by name.</summary>
internal static class SourceColumns
{
    /// <inheritdoc cref="BindAsync(NpgsqlConnection, PostgresSourceModel, ResourceSchema, CancellationToken)"/>
    public static Task<Result<BoundColumns>> BindAsync(SourceTransaction transaction, PostgresSourceModel model, ResourceSchema schema, CancellationToken cancellation) =>
        transaction.AskAsync((connection, token) => BindAsync(connection, model, schema, token), cancellation);

    /// <summary>
    /// Looks at the table as it is now. Inside a transaction this also locks its definition, so that it stays so until the rows are read.
    /// </summary>
    /// <returns>What to select; or <see cref="ErrorCodes.SchemaDrift"/> naming all that does not fit.</returns>
    public static async Task<Result<BoundColumns>> BindAsync(
        NpgsqlConnection connection, PostgresSourceModel model, ResourceSchema schema, CancellationToken cancellation)
    {
        Dictionary<string, PostgresType> found;
        try
        {
            found = await DescribeAsync(connection, model.Table, cancellation);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return ErrorCodes.SchemaDrift.With(("change", $"the table {model.Table} is gone"));
        }

        var changes = new List<string>();
        var expressions = new List<string>();
        foreach (var field in schema.Fields)
        {
            var column = model.Columns[field.Name];
            if (!found.TryGetValue(column, out var type)) changes.Add($"the column {column} is gone");
            else if (!Fits(field.Type, type)) changes.Add($"the column {column} is now {type.Name}, which does not fit {field.Type.PostgresName()}");
            expressions.Add($"{TableName.Identifier.Quote(column)}::{field.Type.PostgresName()}");
        }

        if (model.Watermark is { } watermark)
        {
            if (!found.TryGetValue(watermark, out var type)) changes.Add($"the column {watermark} is gone");
            else if (!Fits(FieldType.Timestamp, type)) changes.Add($"the column {watermark} is now {type.Name}, which is no point in time");
        }

        if (changes.Count > 0) return ErrorCodes.SchemaDrift.With(("change", string.Join("; ", changes)));
        var keys = model.Mode == PostgresReadMode.Snapshot ? [] : schema.Keys.Select(k => model.Columns[k.Name]);
        var mark = model.Watermark is null ? keys : keys.Prepend(model.Watermark);
        return new BoundColumns(expressions, [.. mark.Select(c => MarkOf(c, found[c]))]);
    }

    private static async Task<Dictionary<string, PostgresType>> DescribeAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT * FROM {table.Sql}", connection);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellation);
        var columns = new Dictionary<string, PostgresType>(StringComparer.Ordinal);
        for (var i = 0; i < reader.FieldCount; i++) columns[reader.GetName(i)] = reader.GetPostgresType(i);
        return columns;
    }

    private static MarkColumn MarkOf(string column, PostgresType type) => new(
        TableName.Identifier.Quote(column), $"{TableName.Identifier.Quote(type.Namespace)}.{TableName.Identifier.Quote(type.InternalName)}");

    /// <summary>The type of the field that each value of a PostgreSQL type has exactly one value of.</summary>
    /// <param name="type">The type's name in its own schema.</param>
    /// <returns>Null where there is none: such a column needs a view that says how.</returns>
    public static FieldType? FieldOf(string type) => type switch
    {
        "text" or "varchar" or "bpchar" or "name" or "char" or "citext" => FieldType.Text,
        "int2" or "int4" or "int8" => FieldType.Integer,
        "numeric" => FieldType.Number,
        "float4" or "float8" => FieldType.Double,
        "bool" => FieldType.Boolean,
        "date" => FieldType.Date,
        "timestamptz" or "timestamp" => FieldType.Timestamp,
        "time" => FieldType.Time,
        "uuid" => FieldType.Uuid,
        _ => null,
    };

    /// <summary>Whether each value of the source's type has exactly one value of the row's type; whole numbers are numbers too.</summary>
    private static bool Fits(FieldType field, PostgresType source)
    {
        var natural = source is PostgresEnumType ? FieldType.Text : FieldOf(source.InternalName);
        return natural == field || (field == FieldType.Number && natural == FieldType.Integer);
    }
}
