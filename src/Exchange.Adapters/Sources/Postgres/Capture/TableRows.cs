using System.Text.Json;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>Reads rows of the table as they are now, as the log does not tell them: by key, and by ranges of keys.</summary>
internal sealed class TableRows(CaptureSession session)
{
    private const string KeysSetting = "exchange.keys";

    /// <summary>The rows with these keys, as changes. A key without a row is left out: a later change tells of it.</summary>
    public async Task<IReadOnlyList<TupleRun>> CurrentAsync(IReadOnlyList<ReadOnlyMemory<byte>[]> keys, CancellationToken cancellation)
    {
        var (model, schema) = (session.Model, session.Context.Schema);
        await using var transaction = await SourceTransaction.BeginAsync(session.Database, model.TimeZone, cancellation);
        var bound = await BindAsync(transaction, cancellation);
        var wanted = keys.Select(TextsOf);
        await SetAsync(transaction, [(KeysSetting, JsonSerializer.Serialize(wanted))], cancellation);
        var values = schema.Keys.Select((k, i) => $"(k.value->>{i})::{k.Type.PostgresName()}::{bound.Mark[i].Type} AS exchange_k{i}");
        var matches = bound.Mark.Select((m, i) => $"{m.Sql} = exchange_k{i}");
        var query = $"""
            SELECT 'U'::text, {string.Join(", ", bound.Expressions)}
            FROM {model.Table.Sql} JOIN (SELECT {string.Join(", ", values)} FROM json_array_elements(current_setting('{KeysSetting}')::json) AS k) AS exchange_k
            ON {string.Join(" AND ", matches)} WHERE {model.Filter}
            """;
        var runs = new List<TupleRun>();
        await foreach (var run in transaction.CopyAsync(query, schema.Fields.Count + 1, session.Context.Limits, cancellation)) runs.Add(run);
        return runs;
    }

    /// <summary>
    /// The next rows in the order of the key, at one moment at which all of <paramref name="unseen"/> are visible.
    /// </summary>
    /// <param name="after">Key before the first row, as texts; empty at the table's start.</param>
    /// <returns>Null where one of those transactions is not visible yet.</returns>
    public async Task<Chunk?> ChunkAsync(IReadOnlyList<string> after, IReadOnlyList<uint> unseen, CancellationToken cancellation)
    {
        var (model, schema, limits) = (session.Model, session.Context.Schema, session.Context.Limits);
        var rows = new ChangeBuffer(0, schema.Fields.Count, [.. schema.Keys.Select(k => k.Ordinal)], limits.Bytes);
        var (isLast, count) = (true, 0);
        SourceSnapshot snapshot;
        await using (var transaction = await SourceTransaction.BeginAsync(session.Database, model.TimeZone, cancellation))
        {
            await using (var command = new NpgsqlCommand(CaptureSql.CurrentSnapshot, transaction.Connection))
                snapshot = SourceSnapshot.Parse((string)(await command.ScalarGuardedAsync(cancellation))!);
            if (!unseen.All(snapshot.Sees)) return null;
            var query = await ChunkQueryAsync(transaction, after, limits.Rows, cancellation);
            await foreach (var run in transaction.CopyAsync(query, schema.Fields.Count, limits, cancellation))
            {
                // Cut off by its bytes: the rest is for the next chunk.
                if (count > 0)
                {
                    isLast = false;
                    break;
                }

                rows.AddTuples(run);
                count = run.Rows;
            }
        }

        var last = rows.LastKey() is { } key ? TextsOf(key) : after;
        return new Chunk(rows, snapshot, await session.InsertedAsync(cancellation), last, isLast && count < limits.Rows);
    }

    private async Task<string> ChunkQueryAsync(SourceTransaction transaction, IReadOnlyList<string> after, int rows, CancellationToken cancellation)
    {
        var (model, schema) = (session.Model, session.Context.Schema);
        var bound = await BindAsync(transaction, cancellation);
        var keys = string.Join(", ", bound.Mark.Select(m => m.Sql));
        var from = "";
        if (after.Count > 0)
        {
            await SetAsync(transaction, [.. after.Select((v, i) => ($"exchange.after_{i}", v))], cancellation);
            from = $" AND ({keys}) > ({string.Join(", ", schema.Keys.Select((k, i) => $"current_setting('exchange.after_{i}')::{k.Type.PostgresName()}::{bound.Mark[i].Type}"))})";
        }

        return $"SELECT {string.Join(", ", bound.Expressions)} FROM {model.Table.Sql} WHERE {model.Filter}{from} ORDER BY {keys} LIMIT {rows}";
    }

    private async Task<BoundColumns> BindAsync(SourceTransaction transaction, CancellationToken cancellation)
    {
        var bound = await SourceColumns.BindAsync(transaction, session.Model, session.Context.Schema, cancellation);
        // The next session looks at the table before all else, and holds the stream.
        return bound.IsError ? throw new InvalidOperationException(bound.Error.ToString()) : bound.Value;
    }

    private string[] TextsOf(ReadOnlyMemory<byte>[] key) => [.. session.Context.Schema.Keys.Select((k, i) => RowValue.Text(k.Type, key[i].Span))];

    private static async Task SetAsync(SourceTransaction transaction, IReadOnlyList<(string Name, string Value)> settings, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection);
        foreach (var (name, value) in settings)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config($1, $2, true)") { Parameters = { new() { Value = name }, new() { Value = value } } });
        await transaction.AskAsync((_, token) => batch.ExecuteNonQueryAsync(token), cancellation);
    }
}
