using System.Globalization;
using Exchange.Adapters.Configuration;
using Npgsql;

namespace Exchange.Adapters.Inventory;

/// <summary>Looks at some rows of a table. A large one is sampled by its pages, never read whole.</summary>
internal static class SampleRows
{
    /// <summary>Up to this many pages (2 MiB) a table is simply read from its start.</summary>
    public const int SmallPages = 256;

    private const int MostCharacters = 200;
    private const double AssumedRowsPerPage = 20;

    public static async Task<TableSample> ReadAsync(NpgsqlConnection connection, InventoryTable table, int rows, int seconds, CancellationToken cancellation)
    {
        var percent = PercentOf(table, rows);
        var sample = await ReadAsync(connection, table, rows, percent, seconds, cancellation);
        // A few random pages may all be empty.
        return sample.Rows == 0 && percent is not null ? await ReadAsync(connection, table, rows, null, seconds, cancellation) : sample;
    }

    /// <summary>The share of pages that has about as many rows as wanted; null where the table is small, or has no pages to choose from.</summary>
    internal static double? PercentOf(InventoryTable table, int rows)
    {
        if (table.Pages <= SmallPages || table.Kind is TableKind.View or TableKind.ForeignTable) return null;
        var perPage = table.Rows is { } known and > 0 ? (double)known / table.Pages : AssumedRowsPerPage;
        // Twice as much as needed, so that chance seldom gives too little; the limit cuts the rest.
        return Math.Clamp(200.0 * rows / (perPage * table.Pages), 0.0001, 100);
    }

    private static async Task<TableSample> ReadAsync(NpgsqlConnection connection, InventoryTable table, int rows, double? percent, int seconds, CancellationToken cancellation)
    {
        var columns = table.Columns.Where(c => c.IsUsable).ToList();
        var expressions = columns.Select(c => string.Create(CultureInfo.InvariantCulture, $"left({TableName.Identifier.Quote(c.Name)}::text, {MostCharacters})"));
        await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = seconds, Parameters = { new() { Value = (long)rows } } };
        command.CommandText = percent is null
            ? $"SELECT {string.Join(", ", expressions)} FROM {table.Sql} LIMIT $1"
            : $"SELECT {string.Join(", ", expressions)} FROM {table.Sql} TABLESAMPLE SYSTEM ($2) REPEATABLE (1) LIMIT $1";
        if (percent is { } share) command.Parameters.Add(new NpgsqlParameter { Value = (float)share });
        var tallies = columns.Select(_ => new ColumnTally()).ToList();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var read = 0;
        for (; await reader.ReadAsync(cancellation); read++)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (reader.IsDBNull(i)) tallies[i].AddNull();
                else tallies[i].Add(reader.GetString(i));
            }
        }

        return new TableSample(read, percent is null && read < rows, columns.Zip(tallies).ToDictionary(p => p.First.Name, p => p.Second.Sum(), StringComparer.Ordinal));
    }
}
