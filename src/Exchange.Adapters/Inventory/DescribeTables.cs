using Npgsql;
using NpgsqlTypes;

namespace Exchange.Adapters.Inventory;

/// <summary>Reads from the database's catalogue which tables it has, with their columns and keys. Reads no table itself.</summary>
internal static class DescribeTables
{
    /// <param name="schemas">The schemas to look at; empty for all but the system's.</param>
    public static async Task<IReadOnlyList<InventoryTable>> ReadAsync(NpgsqlConnection connection, IReadOnlyList<string> schemas, CancellationToken cancellation)
    {
        var tables = await TablesAsync(connection, schemas, cancellation);
        var ids = tables.Select(t => t.Id).ToArray();
        var columns = (await ColumnsAsync(connection, ids, cancellation)).ToLookup(c => c.Table, c => c.Column);
        var keys = (await KeysAsync(connection, ids, cancellation)).ToLookup(k => k.Table);
        return [.. tables.Select(t => WithKey(t with { Columns = [.. columns[t.Id]] }, keys[t.Id]))];
    }

    private static InventoryTable WithKey(InventoryTable table, IEnumerable<(uint Table, bool IsPrimary, string[] Columns)> keys)
    {
        // Null is unlike any other null: an index over columns that may be null tells nothing apart.
        var whole = table.Columns.Where(c => c.NotNull).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, isPrimary, columns) in keys)
            if (columns.All(whole.Contains)) return table with { Key = columns, KeyOrigin = isPrimary ? KeyOrigin.Primary : KeyOrigin.Unique };
        return table;
    }

    private static async Task<List<InventoryTable>> TablesAsync(NpgsqlConnection connection, IReadOnlyList<string> schemas, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(InventorySql.Tables, connection)
        {
            Parameters = { new() { Value = schemas.Count > 0 ? schemas.ToArray() : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var tables = new List<InventoryTable>();
        while (await reader.ReadAsync(cancellation))
        {
            tables.Add(new InventoryTable(
                reader.GetFieldValue<uint>(0), reader.GetString(1), reader.GetString(2), KindOf(reader.GetString(3)), TextOf(reader, 4),
                reader.IsDBNull(5) ? null : reader.GetInt64(5), false, reader.GetInt64(6), reader.GetBoolean(7), reader.GetBoolean(8)));
        }

        return tables;
    }

    private static async Task<List<(uint Table, InventoryColumn Column)>> ColumnsAsync(NpgsqlConnection connection, uint[] tables, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(InventorySql.Columns, connection) { Parameters = { Ids(tables) } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var columns = new List<(uint, InventoryColumn)>();
        while (await reader.ReadAsync(cancellation))
        {
            var (type, modifier) = (reader.GetString(3), reader.GetInt32(4));
            columns.Add((reader.GetFieldValue<uint>(0), new InventoryColumn(
                reader.GetString(1), reader.GetString(2), ColumnTypes.FieldOf(type), reader.GetBoolean(5), TextOf(reader, 6), ColumnTypes.MaxLength(type, modifier), ColumnTypes.Scale(type, modifier),
                reader.IsDBNull(9) ? null : reader.GetFieldValue<string[]>(9), reader.GetBoolean(7), reader.GetBoolean(8))));
        }

        return columns;
    }

    private static async Task<List<(uint Table, bool IsPrimary, string[] Columns)>> KeysAsync(NpgsqlConnection connection, uint[] tables, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(InventorySql.Keys, connection) { Parameters = { Ids(tables) } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var keys = new List<(uint, bool, string[])>();
        while (await reader.ReadAsync(cancellation)) keys.Add((reader.GetFieldValue<uint>(0), reader.GetBoolean(1), reader.GetFieldValue<string[]>(2)));
        return keys;
    }

    private static NpgsqlParameter Ids(uint[] tables) => new() { Value = tables, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid };

    private static TableKind KindOf(string kind) => kind switch
    {
        "p" => TableKind.PartitionedTable,
        "v" => TableKind.View,
        "m" => TableKind.MaterializedView,
        "f" => TableKind.ForeignTable,
        _ => TableKind.Table,
    };

    private static string? TextOf(NpgsqlDataReader reader, int at) => reader.IsDBNull(at) || reader.GetString(at).Trim() is not { Length: > 0 } text ? null : text;
}
