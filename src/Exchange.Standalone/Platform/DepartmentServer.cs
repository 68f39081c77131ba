using Exchange.Hosting.Embedded;
using Npgsql;

namespace Exchange.Standalone.Platform;

/// <summary>A department's own PostgreSQL cluster, with one database that has nothing to do with the exchange.</summary>
internal sealed class DepartmentServer(PostgresCluster cluster, NpgsqlDataSource database, string connectionString) : IAsyncDisposable
{
    public PostgresCluster Cluster => cluster;

    public NpgsqlDataSource Database => database;

    public string ConnectionString => connectionString;

    public static async Task<DepartmentServer> StartAsync(string folder, string name, CancellationToken cancellation)
    {
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Folder = folder, Settings = ServerSettings.Department }, cancellation);
        try
        {
            await using (var server = NpgsqlDataSource.Create(cluster.ConnectionString()))
            await using (var create = server.CreateCommand($"CREATE DATABASE {name}"))
            {
                await create.ExecuteNonQueryAsync(cancellation);
            }

            var connection = cluster.ConnectionString(name);
            return new DepartmentServer(cluster, NpgsqlDataSource.Create(connection), connection);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await cluster.DisposeAsync();
    }
}
