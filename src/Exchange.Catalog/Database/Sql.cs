using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Catalog.Database;

/// <summary>Short forms for plain commands with positional parameters.</summary>
internal static class Sql
{
    /// <summary>An identifier of the catalogue, quoted. The only way a name gets into a statement.</summary>
    public static string Quote(string identifier) => "\"" + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static NpgsqlCommand Command(this NpgsqlConnection connection, string text, params object?[] values)
    {
        var command = new NpgsqlCommand(text, connection);
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    /// <summary>A command that the server plans once per connection: for the few that every batch runs.</summary>
    public static async Task<NpgsqlCommand> PreparedAsync(this NpgsqlConnection connection, string text, CancellationToken cancellation, params object?[] values)
    {
        var command = connection.Command(text, values);
        await command.PrepareAsync(cancellation);
        return command;
    }

    /// <summary>One of several statements that go to the server together.</summary>
    public static NpgsqlBatchCommand BatchCommand(string text, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string text, CancellationToken cancellation, params object?[] values)
    {
        await using var command = connection.Command(text, values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The first column of the first row, or the type's default where there is no row.</summary>
    public static async Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string text, CancellationToken cancellation, params object?[] values)
    {
        await using var command = connection.Command(text, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) && !await reader.IsDBNullAsync(0, cancellation) ? await reader.GetFieldValueAsync<T>(0, cancellation) : default;
    }

    /// <summary>All rows, each made by <paramref name="read"/>.</summary>
    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlConnection connection, string text, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object?[] values)
    {
        await using var command = connection.Command(text, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        return rows;
    }

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static string Invariant(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        NpgsqlParameter given => given,
        DateTimeOffset at => new NpgsqlParameter { Value = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        _ => new NpgsqlParameter { Value = value },
    };
}

/// <summary>Parameters whose PostgreSQL type the value alone does not tell.</summary>
internal static class SqlValue
{
    public static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Json(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb };

    public static NpgsqlParameter Bytes(ReadOnlyMemory<byte> value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    public static NpgsqlParameter BigInt(long? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint };
}
