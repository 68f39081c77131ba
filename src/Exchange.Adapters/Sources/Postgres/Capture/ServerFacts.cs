using Exchange.Adapters.Configuration;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <param name="Generated">Empty, <c>s</c> for stored, <c>v</c> for virtual.</param>
/// <param name="InIdentity">Whether the index that is the table's replica identity holds it.</param>
/// <param name="Type">Name of the type that its values are of: for a domain, of the type it stands on.</param>
internal sealed record TableColumn(string Name, string Generated, bool InIdentity, string Type, bool IsEnum);

/// <summary>What a department's server allows, read at one moment.</summary>
/// <param name="KeepMegabytes">Most log that a slot may hold back; -1 for any amount.</param>
/// <param name="Identity">See <see cref="CaptureSql.Identity"/>.</param>
internal sealed record ServerFacts(
    int Version,
    string WalLevel,
    bool IsStandby,
    bool MayReplicate,
    long KeepMegabytes,
    int SlotsAllowed,
    int SlotsUsed,
    int SendersAllowed,
    int SendersUsed,
    bool HasSlot,
    bool HasTable,
    bool MaySelect,
    bool HasPublication,
    bool MayPublish,
    char Identity,
    char Kind,
    IReadOnlyList<TableColumn> Columns)
{
    public static async Task<ServerFacts> ReadAsync(NpgsqlDataSource database, TableName table, string slot, string publication, CancellationToken cancellation)
    {
        await using var connection = await database.OpenLiveAsync(cancellation);
        var columns = new List<TableColumn>();
        await using (var command = Command(connection, CaptureSql.Columns, table.Sql))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation)) columns.Add(new TableColumn(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetString(3), reader.GetBoolean(4)));
        }

        var (identity, kind) = ('n', 'r');
        await using (var command = Command(connection, CaptureSql.Identity, table.Sql))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (await reader.ReadAsync(cancellation)) (identity, kind) = (reader.GetString(0)[0], reader.GetString(1)[0]);
        }

        await using var server = Command(connection, CaptureSql.Server, slot, table.Sql, publication);
        await using var r = await server.ExecuteReaderAsync(cancellation);
        await r.ReadAsync(cancellation);
        return new ServerFacts(
            r.GetInt32(0) / 10_000, r.GetString(1), r.GetBoolean(2), r.GetBoolean(3), r.GetInt64(4), r.GetInt32(5), r.GetInt32(6), r.GetInt32(7), r.GetInt32(8),
            r.GetBoolean(9), HasTable: !r.IsDBNull(10), r.GetBoolean(11), r.GetBoolean(12), r.GetBoolean(13), identity, kind, columns);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<string> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }
}
