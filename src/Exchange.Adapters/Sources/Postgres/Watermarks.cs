using Exchange.Adapters.Configuration;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>One column of a mark, with its type as it is written in a cast; both quoted.</summary>
internal sealed record MarkColumn(string Sql, string Type);

/// <summary>
/// Statements about the pair (time of change, key) of a table. A mark is such a pair, as the texts of its columns. A COPY statement takes no
/// parameters and reads the ends of a page from settings of the transaction.
/// </summary>
internal sealed class Watermarks(SourceTransaction transaction, TableName table, IReadOnlyList<MarkColumn> columns)
{
    private const string SettingPrefix = "exchange.mark_";

    private string All => List(columns.Count);

    private string Texts => string.Join(", ", columns.Select(c => $"{c.Sql}::text"));

    private string Descending => string.Join(", ", columns.Select(c => $"{c.Sql} DESC"));

    /// <summary>The highest mark of the table, or null where there is none.</summary>
    public Task<IReadOnlyList<string>?> HighestAsync(CancellationToken cancellation) =>
        ReadMarkAsync($"SELECT {Texts} FROM {table.Sql} WHERE {columns[0].Sql} IS NOT NULL ORDER BY {Descending} LIMIT 1", [], cancellation);

    /// <summary>The mark of the last row of the next page, or null where there is no row.</summary>
    /// <param name="low">A mark, or only its time; the page begins after it. Empty: at the table's start.</param>
    public Task<IReadOnlyList<string>?> PageEndAsync(IReadOnlyList<string> low, int rows, CancellationToken cancellation)
    {
        var after = low.Count == 0 ? $"{columns[0].Sql} IS NOT NULL" : $"({List(low.Count)}) > ({Parameters(low.Count, 1)})";
        return ReadMarkAsync(
            $"""
            SELECT {Texts}
            FROM (SELECT {All} FROM {table.Sql} WHERE {after} ORDER BY {All} LIMIT {rows}) AS page
            ORDER BY {Descending} LIMIT 1
            """,
            low, cancellation);
    }

    /// <summary>Whether one mark is higher than another.</summary>
    public async Task<bool> IsHigherAsync(IReadOnlyList<string> mark, IReadOnlyList<string> other, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT ({Parameters(columns.Count, 1)}) > ({Parameters(columns.Count, columns.Count + 1)})", transaction.Connection);
        foreach (var value in mark.Concat(other)) command.Parameters.Add(new() { Value = value });
        return await command.ScalarGuardedAsync(cancellation) is true;
    }

    /// <summary>The time of a mark, moved back.</summary>
    public async Task<IReadOnlyList<string>> BeforeAsync(string time, TimeSpan overlap, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT ($1::text::{columns[0].Type} - $2)::text", transaction.Connection)
        {
            Parameters = { new() { Value = time }, new() { Value = overlap } },
        };
        return [(string)(await command.ScalarGuardedAsync(cancellation))!];
    }

    /// <summary>Sets both ends of a page and makes the query of its changes: the operation, then the fields.</summary>
    public async Task<string> PageQueryAsync(
        IReadOnlyList<string> expressions, IReadOnlyList<string> low, IReadOnlyList<string> high, CancellationToken cancellation)
    {
        await using (var batch = new NpgsqlBatch(transaction.Connection))
        {
            foreach (var (name, value) in low.Select((v, i) => ($"{SettingPrefix}low_{i}", v)).Concat(high.Select((v, i) => ($"{SettingPrefix}high_{i}", v))))
                batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config($1, $2, true)") { Parameters = { new() { Value = name }, new() { Value = value } } });
            await transaction.AskAsync((_, token) => batch.ExecuteNonQueryAsync(token), cancellation);
        }

        var after = low.Count == 0 ? "" : $" AND ({List(low.Count)}) > ({Settings("low", low.Count)})";
        return $"""
            SELECT 'U'::text, {string.Join(", ", expressions)} FROM {table.Sql}
            WHERE ({All}) <= ({Settings("high", high.Count)}){after} ORDER BY {All}
            """;
    }

    private string List(int count) => string.Join(", ", columns.Take(count).Select(c => c.Sql));

    private string Parameters(int count, int first) => string.Join(", ", columns.Take(count).Select((c, i) => $"${first + i}::text::{c.Type}"));

    private string Settings(string end, int count) =>
        string.Join(", ", columns.Take(count).Select((c, i) => $"current_setting('{SettingPrefix}{end}_{i}')::{c.Type}"));

    private async Task<IReadOnlyList<string>?> ReadMarkAsync(string sql, IReadOnlyList<string> values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return await transaction.AskAsync(
            async (_, token) =>
            {
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? (IReadOnlyList<string>)[.. Enumerable.Range(0, columns.Count).Select(reader.GetString)] : null;
            },
            cancellation);
    }
}
