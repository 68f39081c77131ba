using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Contracts.Errors;
using Npgsql;

namespace Exchange.Adapters.Inventory;

/// <summary>What is to be looked at, and how closely.</summary>
/// <param name="Schemas">The schemas to look at; empty for all but the system's.</param>
/// <param name="Exact">Whether the rows of large tables are counted too, which reads every one of them.</param>
/// <param name="SampleRows">Most rows of each table that are looked at.</param>
/// <param name="Timeout">For each statement; what takes longer is left out, with a note.</param>
internal sealed record InventoryQuestion(PostgresConnection Connection, IReadOnlyList<string> Schemas, bool Exact, int SampleRows, TimeSpan Timeout);

/// <summary>
/// Reads what a database has, in short read-only transactions: no lock and no snapshot is held for longer than one statement. Writes nothing, and reads no large table whole
/// unless it is to be counted.
/// </summary>
internal static class ReadInventory
{
    private const string TimeZone = "Asia/Shanghai";

    /// <summary>What a client waits for the server's own time limit.</summary>
    private const int PatienceSeconds = 10;

    /// <returns>Fails with <see cref="ErrorCodes.InventoryFailed"/> or <see cref="ErrorCodes.InventoryEmpty"/>.</returns>
    public static async Task<Result<DatabaseInventory>> RunAsync(InventoryQuestion question, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await using var database = question.Connection.Open("exchange-adapter inventory");
            var (name, version, tables) = await DescribeAsync(database, question, cancellation);
            if (tables.Count == 0) return ErrorCodes.InventoryEmpty.With();
            var read = new List<InventoryTable>();
            foreach (var table in tables) read.Add(KeyGuess.Complete(await LookIntoAsync(database, Remarked(table), question, cancellation)));
            return new DatabaseInventory(name, version, time.GetUtcNow(), read);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return ErrorCodes.InventoryFailed.With(("reason", e is PostgresException server ? $"{server.MessageText} ({server.SqlState})" : e.Message));
        }
    }

    private static async Task<(string Name, string Version, IReadOnlyList<InventoryTable> Tables)> DescribeAsync(NpgsqlDataSource database, InventoryQuestion question, CancellationToken cancellation)
    {
        await using var transaction = await BeginAsync(database, question, cancellation);
        var tables = await DescribeTables.ReadAsync(transaction.Connection, question.Schemas, cancellation);
        await using var command = new NpgsqlCommand(InventorySql.Server, transaction.Connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetString(0), reader.GetString(1), tables);
    }

    private static async Task<InventoryTable> LookIntoAsync(NpgsqlDataSource database, InventoryTable table, InventoryQuestion question, CancellationToken cancellation)
    {
        if (!table.IsReadable || table.Kind == TableKind.ForeignTable) return table;
        var seconds = (int)question.Timeout.TotalSeconds + PatienceSeconds;
        // The rows of a view may cost anything.
        var isSmall = table is { Pages: <= SampleRows.SmallPages, Kind: not TableKind.View };
        if (question.Exact || isSmall)
        {
            var (counted, failure) = await GuardedAsync(database, question, c => CountRows.ExactAsync(c, table, seconds, cancellation), cancellation);
            table = failure is null ? table with { Rows = counted, RowsAreCounted = true } : table.Noting(NotDone(failure, "未统计行数", "its rows were not counted"));
        }

        if (table.Rows is null)
        {
            var (estimated, failure) = await GuardedAsync(
                database, question, c => table.Pages > 0 ? CountRows.SampledAsync(c, table, seconds, cancellation) : CountRows.PlannedAsync(c, table, cancellation), cancellation);
            if (failure is null) table = table with { Rows = estimated };
        }

        if (!table.Columns.Any(c => c.IsUsable)) return table;
        var (sample, obstacle) = await GuardedAsync(database, question, c => SampleRows.ReadAsync(c, table, question.SampleRows, seconds, cancellation), cancellation);
        return obstacle is null ? table with { Sample = sample! } : table.Noting(NotDone(obstacle, "未抽样", "no sample was taken"));
    }

    /// <summary>Says what people should know of a table before anything of it was read.</summary>
    private static InventoryTable Remarked(InventoryTable table)
    {
        if (!table.IsReadable)
            return table.Noting(new Told($"该角色不可读取；如需共享，请执行 GRANT SELECT ON {table.Sql} TO 适配器的角色", $"the role may not read it; to share it, run GRANT SELECT ON {table.Sql} TO the adapter's role"));
        if (table.Kind == TableKind.ForeignTable)
            table = table.Noting(new Told("外部表：其数据属于另一系统，未抽样；宜由数源部门直接共享", "a foreign table: its rows are another system's and were not sampled; better shared by the department they come from"));
        if (table.HasRowSecurity)
            table = table.Noting(new Told("启用了行级安全策略：该角色可能只看到部分行", "row security is on: the role may see a part of the rows only"));
        foreach (var column in table.Columns.Where(c => !c.IsUsable))
        {
            table = table.Noting(column.IsReadable
                ? new Told($"列 {column.Name} 的类型 {column.Type} 没有对应的数据项类型，未列入草案；如需共享，请用视图转换", $"the column {column.Name} of type {column.Type} makes no field and is left out; to share it, convert it in a view")
                : new Told($"该角色不可读取列 {column.Name}，未列入草案", $"the role may not read the column {column.Name}; it is left out"));
        }

        return table;
    }

    /// <summary>Reads something that may fail or take too long, which is told and stops nothing else.</summary>
    private static async Task<(T? Value, string? SqlState)> GuardedAsync<T>(
        NpgsqlDataSource database, InventoryQuestion question, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellation)
    {
        await using var transaction = await BeginAsync(database, question, cancellation);
        try
        {
            return (await read(transaction.Connection), null);
        }
        catch (PostgresException e)
        {
            // Its text may hold a value of the table.
            return (default, e.SqlState);
        }
    }

    private static async Task<SourceTransaction> BeginAsync(NpgsqlDataSource database, InventoryQuestion question, CancellationToken cancellation)
    {
        var transaction = await SourceTransaction.BeginAsync(database, TimeZone, cancellation);
        try
        {
            await using var limits = new NpgsqlCommand(InventorySql.Limits, transaction.Connection)
            {
                Parameters = { new() { Value = ((long)question.Timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) } },
            };
            await limits.ExecuteNonQueryAsync(cancellation);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    private static Told NotDone(string state, string zh, string en) => state switch
    {
        PostgresErrorCodes.QueryCanceled => new($"超时，{zh}（可加大 --timeout）", $"it took too long: {en} (a longer --timeout may help)"),
        PostgresErrorCodes.LockNotAvailable => new($"被其他会话锁定，{zh}", $"another session has it locked: {en}"),
        _ => new($"数据库返回错误 {state}，{zh}", $"the database answers with the error {state}: {en}"),
    };
}
