using System.Data;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>What a sink remembers.</summary>
/// <param name="Cursor">Where to go on for changes; null where a snapshot must come first.</param>
/// <param name="Fields">The fields delivered so far.</param>
internal sealed record SinkState(string? Cursor, IReadOnlyList<string> Fields);

/// <summary>
/// Lands a slice in a table of the consumer's own PostgreSQL. Rows and cursor are committed together: whatever happens, the table is the slice at its cursor.
/// Held to the suite <c>SinkContract</c>.
/// </summary>
internal sealed class PostgresSink(PostgresSinkModel model, string adapter, ExchangeSourceModel source, TimeProvider time, NpgsqlDataSource database) : IAsyncDisposable
{
    private readonly string _cursors = model.Cursors.Sql;

    public static PostgresSink Open(PostgresSinkModel model, string adapter, ExchangeSourceModel source, TimeProvider time) =>
        new(model, adapter, source, time, model.Connection.Open($"exchange-adapter {adapter}"));

    /// <summary>Reads the state; a change of resource or purpose in the adapter file begins anew.</summary>
    public async Task<SinkState> ReadStateAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenLiveAsync(cancellation);
        await CreateCursorTableAsync(connection, cancellation);
        await using var read = new NpgsqlCommand(PostgresSinkSql.ReadCursor(_cursors), connection) { Parameters = { new() { Value = adapter } } };
        using var guard = new SessionGuard(connection, cancellation);
        await using var reader = await guard.WatchAsync(read.ExecuteReaderAsync(guard.Token));
        if (!await reader.ReadAsync(cancellation)) return new SinkState(null, []);
        var same = reader.GetString(1) == source.Resource && reader.GetString(2) == source.Purpose;
        return new SinkState(same && !await reader.IsDBNullAsync(0, cancellation) ? reader.GetString(0) : null, reader.GetFieldValue<string[]>(3));
    }

    /// <summary>
    /// Makes the table equal to a snapshot: copied straight in where the table is empty, else merged, so that readers never see it empty.
    /// </summary>
    /// <returns>The number of rows; fails, with nothing changed, where the answer is not whole or the table does not fit.</returns>
    public async Task<Result<long>> ReplaceAsync(
        RowsAnswer answer, ResourceSchema? schema, SinkState state, Action<int> onRows, CancellationToken cancellation)
    {
        var bound = TargetColumn.Bind(model, answer.Columns, schema);
        if (bound.IsError) return bound.Error;
        var columns = bound.Value;
        await using var session = await BeginAsync(cancellation);
        var connection = session.Connection;
        if (await LockAsync(connection, state, cancellation) is { } moved) return moved;
        var prepared = await TargetTable.PrepareAsync(connection, model, columns, state.Fields, cancellation);
        if (prepared.IsError) return prepared.Error;

        var merge = new RowMerge(connection, model.Table, columns);
        var isNew = prepared.Value;
        var straight = isNew || (await merge.TargetIsEmptyAsync(cancellation) && await TargetTable.TakesRowsAsync(connection, model, columns, cancellation));
        if (!straight) await merge.CreateStagingAsync(withOperation: false, cancellation);
        var rows = straight
            ? await RowCopy.IntoAsync(session, model.Table.Sql, columns.Select(c => c.Sql), answer.ReadAsync(cancellation), onRows, cancellation)
            : await RowCopy.IntoAsync(session, RowMerge.Staging, columns.Select(c => c.FieldSql), answer.ReadAsync(cancellation), onRows, cancellation);
        if (answer.Problem() is { } problem) return problem;
        if (isNew) await TargetTable.AddKeyAsync(connection, model, columns, cancellation);
        if (!straight) await merge.ReplaceAsync(Withdrawn(state, columns, await TargetTable.ColumnsAsync(connection, model.Table, cancellation)), cancellation);

        await WriteCursorAsync(connection, answer.Cursor, columns, rows, cancellation);
        await session.CommitAsync(cancellation);
        return rows;
    }

    /// <summary>Applies a page of changes.</summary>
    /// <returns>The number of changes; fails, with nothing changed, where the answer is not whole or the table does not fit.</returns>
    public async Task<Result<long>> ApplyAsync(RowsAnswer answer, ResourceSchema? schema, SinkState state, Action<int> onRows, CancellationToken cancellation)
    {
        if (answer.Columns.Count == 0 || answer.Columns[0].Name != RowColumns.Operation)
            return ErrorCodes.SourceUnavailable.With(("reason", "changes do not begin with the column _op"));
        var bound = TargetColumn.Bind(model, [.. answer.Columns.Skip(1)], schema);
        if (bound.IsError) return bound.Error;
        var columns = bound.Value;
        await using var session = await BeginAsync(cancellation);
        var connection = session.Connection;
        if (await LockAsync(connection, state, cancellation) is { } moved) return moved;
        var prepared = await TargetTable.PrepareAsync(connection, model, columns, state.Fields, cancellation);
        if (prepared.IsError) return prepared.Error;
        if (prepared.Value) await TargetTable.AddKeyAsync(connection, model, columns, cancellation);

        var merge = new RowMerge(connection, model.Table, columns);
        await merge.CreateStagingAsync(withOperation: true, cancellation);
        var rows = await RowCopy.IntoAsync(
            session, RowMerge.Staging, columns.Select(c => c.FieldSql).Prepend(RowMerge.Operation), answer.ReadAsync(cancellation), onRows, cancellation);
        if (answer.Problem() is { } problem) return problem;
        if (rows > 0) await merge.ApplyAsync(cancellation);

        await WriteCursorAsync(connection, answer.Cursor, columns, rows, cancellation);
        await session.CommitAsync(cancellation);
        return rows;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task CreateCursorTableAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = _cursors } } })
            if (await exists.ScalarGuardedAsync(cancellation) is true) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Two adapters that start at the same moment must not both create it: IF NOT EXISTS alone does not keep them apart.
        await using (var alone = new NpgsqlCommand(PostgresSinkSql.LockCreationSql, connection)) await alone.ExecuteGuardedAsync(cancellation);
        await using (var create = new NpgsqlCommand(PostgresSinkSql.CreateCursorTable(_cursors), connection)) await create.ExecuteGuardedAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Columns whose field was delivered before and is no longer granted: their old values must not stay.</summary>
    private List<string> Withdrawn(SinkState state, IReadOnlyList<TargetColumn> columns, IReadOnlyCollection<string> present) =>
        [.. state.Fields.Where(f => columns.All(c => c.Field != f)).Select(f => model.Columns.GetValueOrDefault(f, f)).Where(present.Contains)];

    private async Task<LiveTransaction> BeginAsync(CancellationToken cancellation)
    {
        var session = await LiveTransaction.BeginAsync(database, IsolationLevel.ReadCommitted, cancellation);
        try
        {
            await using var settings = new NpgsqlCommand(PostgresSinkSql.SettingsSql, session.Connection) { Parameters = { new() { Value = model.TimeZone } } };
            await settings.ExecuteGuardedAsync(cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the cursor's row, so that of two adapters of one name only one applies; fails where the other was faster.</summary>
    private async Task<Error?> LockAsync(NpgsqlConnection connection, SinkState state, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(PostgresSinkSql.LockCursor(_cursors), connection)
        {
            Parameters = { new() { Value = adapter }, new() { Value = source.Resource }, new() { Value = source.Purpose } },
        };
        var stored = await command.ScalarGuardedAsync(cancellation) as string;
        return state.Cursor is null || stored == state.Cursor ? null : ErrorCodes.TargetUnavailable.With(("reason", "another adapter of this name has moved the cursor"));
    }

    private async Task WriteCursorAsync(NpgsqlConnection connection, string cursor, IReadOnlyList<TargetColumn> columns, long rows, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(PostgresSinkSql.WriteCursor(_cursors), connection)
        {
            Parameters =
            {
                new() { Value = adapter }, new() { Value = cursor }, new() { Value = columns.Select(c => c.Field).ToArray() },
                new() { Value = rows }, new() { Value = time.GetUtcNow() },
            },
        };
        await command.ExecuteGuardedAsync(cancellation);
    }
}
