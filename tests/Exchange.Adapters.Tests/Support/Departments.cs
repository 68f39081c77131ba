using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Hosting.Embedded;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Npgsql;

namespace Exchange.Adapters.Tests.Support;

/// <summary>A department's own database on the shared server.</summary>
internal sealed class DepartmentDatabase : IAsyncDisposable
{
    private static int s_count;
    private readonly string _server;
    private readonly string _name;

    private DepartmentDatabase(string server, string name, string connection) => (_server, _name, ConnectionString) = (server, name, connection);

    public string ConnectionString { get; }

    public string Name => _name;

    public PostgresConnection Connection => new(ConnectionString);

    /// <param name="cluster">Server to use instead of the shared one.</param>
    public static async Task<DepartmentDatabase> CreateAsync(PostgresCluster? cluster = null)
    {
        cluster ??= await PostgresServer.SharedAsync();
        var name = $"department_{Interlocked.Increment(ref s_count).ToString(CultureInfo.InvariantCulture)}";
        var database = new DepartmentDatabase(cluster.ConnectionString(), name, cluster.ConnectionString(name));
        await RunAsync(database._server, $"CREATE DATABASE {name}");
        return database;
    }

    public Task ExecuteAsync(string sql) => RunAsync(ConnectionString, sql);

    /// <summary>Runs statements that may meet another session's: a deadlock or a key that the other one took is no failure.</summary>
    public async Task TryAsync(string sql)
    {
        try
        {
            await ExecuteAsync(sql);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation)
        {
            // The transaction is rolled back, as others are on purpose.
        }
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>All rows of a query, columns joined by a bar.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync(_server, $"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = '{_name}' AND active_pid IS NOT NULL");
        await Eventually.TrueAsync(async () => await ScalarAsync<long>($"SELECT count(*) FROM pg_replication_slots WHERE database = '{_name}' AND active_pid IS NOT NULL") == 0);
        await RunAsync(_server, $"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '{_name}'");
        NpgsqlConnection.ClearAllPools();
        await RunAsync(_server, $"DROP DATABASE {_name} WITH (FORCE)");
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
