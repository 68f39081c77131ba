using System.Data;
using System.Globalization;
using Exchange.Adapters.Pipelines;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>How a column of the target is compared with its field.</summary>
/// <param name="Column">The column.</param>
/// <param name="Place">Place of the field in the slice.</param>
/// <param name="IsPadded">Whether the column forgets blanks at the end of a text.</param>
internal sealed record ComparedColumn(TargetColumn Column, int Place, bool IsPadded)
{
    /// <summary>The field's bytes as the column would keep them.</summary>
    public FieldSlice Kept(ReadOnlySpan<byte> rows, FieldSlice field)
    {
        if (!IsPadded || field.IsNull) return field;
        var length = field.Length;
        while (length > 0 && rows[field.Offset + length - 1] == (byte)' ') length--;
        return field with { Length = length };
    }
}

/// <summary>
/// A target read at one moment, cursor and rows alike: what the sink committed together is seen together, and the sink goes on meanwhile.
/// </summary>
internal sealed class TargetReading : IAsyncDisposable
{
    private const string ReadOnlySql = "SET TRANSACTION READ ONLY";

    private const string SetTextsSql = "SELECT set_config($1, $2::text[]::text, true)";

    private const string TypesSql = """
        SELECT attname, format_type(atttypid, NULL), atttypmod FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly PostgresSinkModel _model;

    private TargetReading(NpgsqlConnection connection, NpgsqlTransaction transaction, PostgresSinkModel model, string? cursor) =>
        (_connection, _transaction, _model, Cursor) = (connection, transaction, model, cursor);

    /// <summary>Where the rows stand; null where no snapshot has landed.</summary>
    public string? Cursor { get; }

    public static async Task<TargetReading> BeginAsync(NpgsqlDataSource database, PostgresSinkModel model, string adapter, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            await using (var readOnly = new NpgsqlCommand(ReadOnlySql, connection)) await readOnly.ExecuteNonQueryAsync(cancellation);
            await using (var settings = new NpgsqlCommand(PostgresSinkSql.SettingsSql, connection) { Parameters = { new() { Value = model.TimeZone } } })
                await settings.ExecuteNonQueryAsync(cancellation);
            return new TargetReading(connection, transaction, model, await ReadCursorAsync(connection, model, adapter, cancellation));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Parts the columns into those that keep every value of their field and those that may not, with the reason.</summary>
    public async Task<(IReadOnlyList<ComparedColumn> Compared, IReadOnlyList<(string Column, string Reason)> LeftOut)> PartAsync(
        IReadOnlyList<TargetColumn> columns, CancellationToken cancellation)
    {
        var types = new Dictionary<string, (string Type, int Modifier)>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand(TypesSql, _connection) { Parameters = { new() { Value = _model.Table.Sql } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation)) types[reader.GetString(0)] = (reader.GetString(1), reader.GetInt32(2));

        var (compared, leftOut) = (new List<ComparedColumn>(), new List<(string, string)>());
        for (var i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            if (!types.TryGetValue(column.Column, out var type)) leftOut.Add((column.Column, "the target has no such column"));
            else if (column.IsKey || Keeps(column.Type, type.Type, type.Modifier)) compared.Add(new ComparedColumn(column, i, type.Type == "character"));
            else leftOut.Add((column.Column, $"{type.Type} does not keep every {column.Type.PostgresName()}"));
        }

        return (compared, leftOut);
    }

    /// <summary>The rows, by one reading of the table, in the fields' own types.</summary>
    /// <param name="keys">Only the rows of these; null for all.</param>
    public async IAsyncEnumerable<TupleRun> ReadAsync(
        IReadOnlyList<ComparedColumn> columns, IReadOnlyList<byte[]>? keys, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var expressions = string.Join(", ", columns.Select(c => $"{c.Column.Sql}::{c.Column.Type.PostgresName()}"));
        var where = keys is null ? "" : await WhereKeysAsync([.. columns.Where(c => c.Column.IsKey).Select(c => c.Column)], keys, cancellation);
        var cutter = new TupleCutter(columns.Count, 5_000, 256 * 1024);
        await using var copy = await _connection.BeginRawBinaryCopyAsync($"COPY (SELECT {expressions} FROM {_model.Table.Sql}{where}) TO STDOUT (FORMAT binary)", cancellation);
        while (true)
        {
            var read = await copy.ReadAsync(cutter.Space(), cancellation);
            if (read == 0) break;
            cutter.Filled(read);
            while (cutter.TryCut(out var run)) yield return run;
        }

        if (!cutter.Ended) throw new InvalidDataException("The target's rows ended before their trailer.");
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>Whether the column gives back every value of the field that it took. A modifier of -1 is none.</summary>
    internal static bool Keeps(FieldType field, string column, int modifier) => (field, column) switch
    {
        (FieldType.Text, "text" or "character varying" or "character") => true,
        (FieldType.Integer, "bigint" or "integer" or "smallint") => true,
        (FieldType.Integer or FieldType.Number, "numeric") => modifier == -1,
        (FieldType.Double, "double precision") => true,
        (FieldType.Boolean, "boolean") => true,
        (FieldType.Date, "date") => true,
        (FieldType.Timestamp, "timestamp with time zone" or "timestamp without time zone") => modifier == -1,
        (FieldType.Time, "time without time zone") => modifier == -1,
        (FieldType.Uuid, "uuid") => true,
        _ => false,
    };

    /// <summary>A copy takes no parameters: the keys' values are settings of the transaction.</summary>
    private async Task<string> WhereKeysAsync(TargetColumn[] columns, IReadOnlyList<byte[]> keys, CancellationToken cancellation)
    {
        Column[] fields = [.. columns.Select(c => new Column(c.Field, c.Type))];
        var texts = keys.Select(k => ProofKey.Texts(fields, k) ?? throw new InvalidOperationException("The key was read with these columns.")).ToList();
        for (var i = 0; i < columns.Length; i++)
        {
            await using var set = new NpgsqlCommand(SetTextsSql, _connection) { Parameters = { new() { Value = Setting(i) }, new() { Value = texts.Select(t => t[i]).ToArray() } } };
            await set.ExecuteNonQueryAsync(cancellation);
        }

        var names = columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")).ToArray();
        return $"""
             WHERE ({string.Join(", ", columns.Select(c => c.Sql))}) IN (
                SELECT {string.Join(", ", columns.Select((c, i) => $"k.{names[i]}::{c.Type.PostgresName()}"))}
                FROM unnest({string.Join(", ", columns.Select((_, i) => $"current_setting('{Setting(i)}')::text[]"))}) AS k ({string.Join(", ", names)}))
            """;
    }

    private static string Setting(int key) => string.Create(CultureInfo.InvariantCulture, $"exchange.key_{key}");

    private static async Task<string?> ReadCursorAsync(NpgsqlConnection connection, PostgresSinkModel model, string adapter, CancellationToken cancellation)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL", connection)
        {
            Parameters = { new() { Value = model.Cursors.Sql }, new() { Value = model.Table.Sql } },
        })
            if (await exists.ExecuteScalarAsync(cancellation) is not true) return null;
        await using var read = new NpgsqlCommand(PostgresSinkSql.ReadCursor(model.Cursors.Sql), connection) { Parameters = { new() { Value = adapter } } };
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) && !await reader.IsDBNullAsync(0, cancellation) ? reader.GetString(0) : null;
    }
}
