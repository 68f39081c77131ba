using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>A column of the target as it is now.</summary>
/// <param name="Type">As <c>format_type</c> writes it without modifier, such as <c>character varying</c>.</param>
/// <param name="Modifier">-1 for none.</param>
internal sealed record PresentColumn(string Name, string Type, int Modifier);

/// <summary>What is to be done so that a target takes all that is granted.</summary>
/// <param name="Statements">In order; nothing in them drops or narrows anything.</param>
/// <param name="Obstacles">What no statement mends: people must.</param>
internal sealed record EvolutionPlan(IReadOnlyList<string> Statements, IReadOnlyList<string> Obstacles);

/// <summary>Works out how a target follows a changed grant: columns are added, and widened where they do not keep every value. Nothing is ever dropped or narrowed.</summary>
internal static class TargetEvolution
{
    private const string ColumnsSql = """
        SELECT attname, format_type(atttypid, NULL), atttypmod FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """;

    public static async Task<IReadOnlyList<PresentColumn>> ColumnsAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(ColumnsSql, connection) { Parameters = { new() { Value = table.Sql } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var columns = new List<PresentColumn>();
        while (await reader.ReadAsync(cancellation)) columns.Add(new PresentColumn(reader.GetString(0), reader.GetString(1), reader.GetInt32(2)));
        return columns;
    }

    /// <summary>The plan for a target that exists.</summary>
    public static EvolutionPlan Plan(TableName table, IReadOnlyList<TargetColumn> granted, IReadOnlyList<PresentColumn> present, ResourceSchema? schema)
    {
        var (statements, obstacles) = (new List<string>(), new List<string>());
        foreach (var column in granted)
        {
            var found = present.FirstOrDefault(p => p.Name == column.Column);
            if (found is null && column.IsKey) obstacles.Add($"the key column {column.Column} is missing");
            else if (found is null) statements.Add($"ALTER TABLE {table.Sql} ADD COLUMN {column.Sql} {column.Type.PostgresName()}");
            else if (!Takes(column, found, schema?.Find(column.Field)))
            {
                if (Widens(column.Type, found.Type)) statements.Add($"ALTER TABLE {table.Sql} ALTER COLUMN {column.Sql} TYPE {column.Type.PostgresName()}");
                else obstacles.Add($"the column {column.Column} is {found.Type}, which cannot become {column.Type.PostgresName()} without changing values");
            }
        }

        return new EvolutionPlan(statements, obstacles);
    }

    /// <summary>Runs the statements in one transaction and lets the sink begin with a snapshot, which fills what is new; or changes nothing.</summary>
    public static async Task ApplyAsync(NpgsqlConnection connection, PostgresSinkModel model, string adapter, EvolutionPlan plan, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var settings = new NpgsqlCommand(PostgresSinkSql.SettingsSql, connection) { Parameters = { new() { Value = model.TimeZone } } })
            await settings.ExecuteNonQueryAsync(cancellation);
        foreach (var statement in plan.Statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        if (await HasCursorsAsync(connection, model, cancellation))
        {
            await using var forget = new NpgsqlCommand(PostgresSinkSql.MoveCursor(model.Cursors.Sql), connection)
            {
                Parameters = { new() { Value = adapter }, new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } },
            };
            await forget.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    /// <summary>A table that was made by hand may wait for its first adapter.</summary>
    private static async Task<bool> HasCursorsAsync(NpgsqlConnection connection, PostgresSinkModel model, CancellationToken cancellation)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = model.Cursors.Sql } } };
        return await exists.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Whether the column takes every value that the field may have.</summary>
    internal static bool Takes(TargetColumn column, PresentColumn present, Field? field) => (column.Type, present.Type) switch
    {
        (FieldType.Text, "text" or "citext") => true,
        // Modifiers of texts count four bytes more than the characters.
        (FieldType.Text, "character varying" or "character") => present.Modifier == -1 || field?.Rules.MaxLength <= present.Modifier - 4,
        (FieldType.Integer, "bigint" or "numeric") => present.Modifier == -1,
        (FieldType.Integer, "smallint") => IsWithin(field, short.MinValue, short.MaxValue),
        (FieldType.Integer, "integer") => IsWithin(field, int.MinValue, int.MaxValue),
        (FieldType.Timestamp, "timestamp without time zone") => true,
        // A scale that somebody chose for a number stays as it is.
        (FieldType.Number, "numeric") => true,
        _ => present.Type == column.Type.PostgresName(),
    };

    /// <summary>Whether every value of the present type has the same value in the field's type.</summary>
    internal static bool Widens(FieldType field, string present) => (field, present) switch
    {
        (FieldType.Text, "character varying" or "character" or "name" or "uuid") => true,
        (FieldType.Integer, "smallint" or "integer") => true,
        (FieldType.Number, "smallint" or "integer" or "bigint") => true,
        (FieldType.Double, "real") => true,
        (FieldType.Timestamp, "date") => true,
        _ => false,
    };

    private static bool IsWithin(Field? field, long least, long most) => field?.Rules is { Minimum: { } low, Maximum: { } high } && low >= least && high <= most;
}
