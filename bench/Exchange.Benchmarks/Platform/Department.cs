using System.Diagnostics;
using Exchange.Benchmarks.Data;
using Exchange.Hosting.Embedded;
using Npgsql;

namespace Exchange.Benchmarks.Platform;

/// <summary>A database server that rows read from or write to as its superuser.</summary>
internal sealed record Department(PostgresCluster Cluster, string ConnectionString, NpgsqlDataSource Database) : IAsyncDisposable
{
    public string DatabaseName { get; } = new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static Department Connect(PostgresCluster cluster, string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(cluster.ConnectionString(database))
        {
            ReadBufferSize = 64 << 10,
            WriteBufferSize = 64 << 10,
            CommandTimeout = 600,
        }.ConnectionString;
        return new Department(cluster, connection, NpgsqlDataSource.Create(connection));
    }

    /// <summary>Writes out what earlier runs left, so that it does not slow the next one.</summary>
    public Task SettleAsync(CancellationToken cancellation) => EnterpriseTable.ExecuteAsync(Database, "CHECKPOINT", cancellation);

    /// <summary>Asks again and again until the statement answers true.</summary>
    /// <exception cref="BenchException">It has not within ten minutes.</exception>
    public async Task WaitAsync(string sql, TimeSpan pause, CancellationToken cancellation)
    {
        await using var connection = await Database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.PrepareAsync(cancellation);
        for (var watch = Stopwatch.StartNew(); await command.ExecuteScalarAsync(cancellation) is not true;)
        {
            if (watch.Elapsed > Longest) throw new BenchException($"Still not true after {watch.Elapsed}: {sql}");
            await Task.Delay(pause, cancellation);
        }
    }

    public async Task<bool> HasTableAsync(string table, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand("SELECT to_regclass($1) IS NOT NULL");
        command.Parameters.Add(new() { Value = table });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async ValueTask DisposeAsync() => await Database.DisposeAsync();
}

internal static class Libpq
{
    /// <summary>The server's address and superuser as libpq takes them.</summary>
    public static string LibpqConnection(this PostgresCluster cluster, string database = "postgres") =>
        $"host=127.0.0.1 port={cluster.Port} dbname={database} user={PostgresCluster.Superuser} password={cluster.SuperuserPassword}";
}
