using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Exchange.Adapters.Inventory;

/// <summary>Tells how many rows a table has.</summary>
internal static class CountRows
{
    private const int SamplePages = 200;

    /// <summary>Reads them all.</summary>
    public static async Task<long> ExactAsync(NpgsqlConnection connection, InventoryTable table, int seconds, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table.Sql}", connection) { CommandTimeout = seconds };
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture);
    }

    /// <summary>Counts some pages and reckons up: for tables that were never analysed. Off by a tenth or so.</summary>
    public static async Task<long> SampledAsync(NpgsqlConnection connection, InventoryTable table, int seconds, CancellationToken cancellation)
    {
        var percent = (float)Math.Min(100, 100.0 * SamplePages / table.Pages);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {table.Sql} TABLESAMPLE SYSTEM ($1) REPEATABLE (1)", connection) { CommandTimeout = seconds, Parameters = { new() { Value = percent } } };
        return (long)(Convert.ToInt64(await command.ExecuteScalarAsync(cancellation), CultureInfo.InvariantCulture) * 100.0 / percent);
    }

    /// <summary>Asks the planner, which reads no row: for views.</summary>
    public static async Task<long> PlannedAsync(NpgsqlConnection connection, InventoryTable table, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"EXPLAIN (FORMAT JSON) SELECT FROM {table.Sql}", connection);
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(cancellation))!);
        return (long)plan.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }
}
