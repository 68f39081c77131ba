using System.Globalization;
using System.Runtime.CompilerServices;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Proof;
using Exchange.Contracts.Records;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>A table of a department's PostgreSQL read once, by one scan, or looked up by its key.</summary>
internal sealed class PostgresWhole(PostgresSourceModel model, SourceContext context, NpgsqlDataSource database) : IWholeSource
{
    private const string SetTextsSql = "SELECT set_config($1, $2::text[]::text, true)";

    private const string ColumnTypesSql = """
        SELECT format_type(a.atttypid, -1) FROM unnest($2::text[]) WITH ORDINALITY AS c (name, n)
        JOIN pg_attribute a ON a.attrelid = to_regclass($1) AND a.attname = c.name AND NOT a.attisdropped
        ORDER BY c.n
        """;

    public static PostgresWhole Open(PostgresSourceModel model, SourceContext context) =>
        new(model, context, model.Connection.Open($"exchange-adapter {context.Adapter} reconcile"));

    public async IAsyncEnumerable<SourceItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var transaction = await SourceTransaction.BeginAsync(database, model.TimeZone, cancellation);
        await foreach (var item in CopyAsync(transaction, "", cancellation)) yield return item;
    }

    public async IAsyncEnumerable<SourceItem> ReadKeysAsync(IReadOnlyList<byte[]> keys, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var transaction = await SourceTransaction.BeginAsync(database, model.TimeZone, cancellation);
        var where = await transaction.AskAsync((connection, token) => WhereKeysAsync(connection, keys, token), cancellation);
        await foreach (var item in CopyAsync(transaction, where, cancellation)) yield return item;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async IAsyncEnumerable<SourceItem> CopyAsync(SourceTransaction transaction, string where, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var bound = await SourceColumns.BindAsync(transaction, model, context.Schema, cancellation);
        if (bound.IsError)
        {
            yield return new SourceProblem(bound.Error);
            yield break;
        }

        var query = $"SELECT {string.Join(", ", bound.Value.Expressions)} FROM {model.Table.Sql} WHERE {model.Filter}{where}";
        await foreach (var run in transaction.CopyAsync(query, context.Schema.Fields.Count, context.Limits, cancellation))
            yield return new SourceBatch(BatchKind.Rows, "", run.Rows, run.Body, "", null);
    }

    /// <summary>Compares in the columns' own types, so that an index over the key serves.</summary>
    private async Task<string> WhereKeysAsync(NpgsqlConnection connection, IReadOnlyList<byte[]> keys, CancellationToken cancellation)
    {
        var columns = context.Schema.Keys.Select(k => model.Columns[k.Name]).ToArray();
        var types = new List<string>();
        await using (var command = new NpgsqlCommand(ColumnTypesSql, connection) { Parameters = { new() { Value = model.Table.Sql }, new() { Value = columns } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation)) types.Add(reader.GetString(0));
        // A key column that is gone is told by the binding of all columns.
        if (types.Count != columns.Length) return "";

        Column[] fields = [.. context.Schema.Keys.Select(Column.Of)];
        var texts = keys.Select(k => ProofKey.Texts(fields, k) ?? throw new InvalidOperationException("The key was read with this schema.")).ToList();
        for (var i = 0; i < columns.Length; i++)
        {
            await using var set = new NpgsqlCommand(SetTextsSql, connection) { Parameters = { new() { Value = Setting(i) }, new() { Value = texts.Select(t => t[i]).ToArray() } } };
            await set.ExecuteNonQueryAsync(cancellation);
        }

        var names = Enumerable.Range(0, columns.Length).Select(i => $"k{Number(i)}").ToArray();
        return $"""
             AND ({string.Join(", ", columns.Select(TableName.Identifier.Quote))}) IN (
                SELECT {string.Join(", ", names.Select((n, i) => $"k.{n}::{types[i]}"))}
                FROM unnest({string.Join(", ", names.Select((_, i) => $"current_setting('{Setting(i)}')::text[]"))}) AS k ({string.Join(", ", names)}))
            """;
    }

    private static string Setting(int key) => $"exchange.key_{Number(key)}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
