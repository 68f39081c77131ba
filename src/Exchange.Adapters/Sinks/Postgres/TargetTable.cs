using System.Data;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Exchange.Records.Schemas;
using Npgsql;
using Npgsql.PostgresTypes;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>The consumer's table: creates it, and notices when it no longer fits.</summary>
internal static class TargetTable
{
    /// <summary>Creates the table, where that is wanted and it is missing; adds a column for each field that was never delivered before.</summary>
    /// <returns>Whether the table was made, for this transaction alone to see: it has no key before <see cref="AddKeyAsync"/>.</returns>
    public static async Task<Result<bool>> PrepareAsync(
        NpgsqlConnection connection, PostgresSinkModel model, IReadOnlyList<TargetColumn> columns, IReadOnlyList<string> delivered, CancellationToken cancellation)
    {
        var found = await DescribeAsync(connection, model.Table, cancellation);
        if (found is null)
        {
            if (!model.Create || delivered.Count > 0) return Drift($"the table {model.Table} is gone");
            await CreateAsync(connection, model, columns, cancellation);
            return true;
        }

        var changes = new List<string>();
        foreach (var column in columns)
        {
            if (found.TryGetValue(column.Column, out var type))
            {
                if (!Fits(column.Type, type)) changes.Add($"the column {column.Column} is {type.Name}, which does not take {column.Type.PostgresName()}");
            }
            else if (model.Create && !delivered.Contains(column.Field) && !column.IsKey) await AddAsync(connection, model, column, cancellation);
            else changes.Add($"the column {column.Column} is gone");
        }

        if (changes.Count == 0 && !await HasKeyAsync(connection, model, columns, cancellation))
            changes.Add($"no unique index over {string.Join(", ", columns.Where(c => c.IsKey).Select(c => c.Column))}");
        return changes.Count > 0 ? Drift(string.Join("; ", changes)) : false;
    }

    /// <summary>Gives a table that was made its key. After its first rows: one sort is cheaper than a place found for each of them.</summary>
    public static Task AddKeyAsync(NpgsqlConnection connection, PostgresSinkModel model, IReadOnlyList<TargetColumn> columns, CancellationToken cancellation) =>
        ExecuteAsync(connection, $"ALTER TABLE {model.Table.Sql} ADD PRIMARY KEY ({string.Join(", ", columns.Where(c => c.IsKey).Select(c => c.Sql))})", cancellation);

    /// <summary>Whether rows can be copied straight in: every column takes the row's bytes as they are.</summary>
    public static async Task<bool> TakesRowsAsync(NpgsqlConnection connection, PostgresSinkModel model, IReadOnlyList<TargetColumn> columns, CancellationToken cancellation)
    {
        var found = await DescribeAsync(connection, model.Table, cancellation);
        return found is not null && columns.All(c => found.TryGetValue(c.Column, out var type) && IsSame(c.Type, type));
    }

    /// <summary>The names of the table's columns.</summary>
    public static async Task<IReadOnlyCollection<string>> ColumnsAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellation) =>
        (await DescribeAsync(connection, table, cancellation))?.Keys ?? (IReadOnlyCollection<string>)[];

    private static Error Drift(string change) => ErrorCodes.TargetDrift.With(("change", change));

    private static async Task<Dictionary<string, PostgresType>?> DescribeAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellation)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = table.Sql } } })
            if (await exists.ScalarGuardedAsync(cancellation) is not true) return null;
        await using var command = new NpgsqlCommand($"SELECT * FROM {table.Sql}", connection);
        using var guard = new SessionGuard(connection, cancellation);
        await using var reader = await guard.WatchAsync(command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, guard.Token));
        var columns = new Dictionary<string, PostgresType>(StringComparer.Ordinal);
        for (var i = 0; i < reader.FieldCount; i++) columns[reader.GetName(i)] = reader.GetPostgresType(i);
        return columns;
    }

    private static async Task CreateAsync(NpgsqlConnection connection, PostgresSinkModel model, IReadOnlyList<TargetColumn> columns, CancellationToken cancellation)
    {
        var definitions = columns.Select(c => $"{c.Sql} {c.Type.PostgresName()}{(c.IsKey ? " NOT NULL" : "")}");
        await ExecuteAsync(connection, $"CREATE TABLE {model.Table.Sql} ({string.Join(", ", definitions)})", cancellation);
        foreach (var column in columns) await CommentAsync(connection, model, column, cancellation);
    }

    private static async Task AddAsync(NpgsqlConnection connection, PostgresSinkModel model, TargetColumn column, CancellationToken cancellation)
    {
        await ExecuteAsync(connection, $"ALTER TABLE {model.Table.Sql} ADD COLUMN {column.Sql} {column.Type.PostgresName()}", cancellation);
        await CommentAsync(connection, model, column, cancellation);
    }

    private static async Task CommentAsync(NpgsqlConnection connection, PostgresSinkModel model, TargetColumn column, CancellationToken cancellation)
    {
        if (column.Title is null) return;
        await using var format = new NpgsqlCommand(PostgresSinkSql.CommentSql, connection)
        {
            Parameters = { new() { Value = model.Table.Sql }, new() { Value = column.Column }, new() { Value = column.Title } },
        };
        await ExecuteAsync(connection, (string)(await format.ScalarGuardedAsync(cancellation))!, cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteGuardedAsync(cancellation);
    }

    private static async Task<bool> HasKeyAsync(NpgsqlConnection connection, PostgresSinkModel model, IReadOnlyList<TargetColumn> columns, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(PostgresSinkSql.UniqueKeySql, connection)
        {
            Parameters = { new() { Value = model.Table.Sql }, new() { Value = columns.Where(c => c.IsKey).Select(c => c.Column).ToArray() } },
        };
        return await command.ScalarGuardedAsync(cancellation) is true;
    }

    private static bool IsSame(FieldType row, PostgresType column) => (row, column.InternalName) switch
    {
        (FieldType.Text, "text" or "varchar") => true,
        (FieldType.Integer, "int8") => true,
        (FieldType.Number, "numeric") => true,
        (FieldType.Double, "float8") => true,
        (FieldType.Boolean, "bool") => true,
        (FieldType.Date, "date") => true,
        (FieldType.Timestamp, "timestamptz") => true,
        (FieldType.Time, "time") => true,
        (FieldType.Uuid, "uuid") => true,
        _ => false,
    };

    /// <summary>Whether PostgreSQL assigns the row's type to the column's without being told how.</summary>
    private static bool Fits(FieldType row, PostgresType column) => IsSame(row, column) || (row, column.InternalName) switch
    {
        (FieldType.Text, "bpchar" or "citext" or "name") => true,
        (FieldType.Integer, "int2" or "int4" or "numeric" or "float8") => true,
        (FieldType.Number, "float8" or "float4") => true,
        (FieldType.Double, "float4" or "numeric") => true,
        (FieldType.Timestamp, "timestamp") => true,
        _ => false,
    };
}
