using Exchange.Hosting.Credentials;
using Exchange.Hosting.Embedded;
using Npgsql;

namespace Exchange.Standalone.Platform;

/// <summary>The platform's PostgreSQL: a cluster of its own with one database, its roles and its schemas.</summary>
internal sealed class PlatformServer : IAsyncDisposable
{
    private const string Database = "exchange";
    private const string CatalogRole = "exchange_catalog";
    private const string GatewayRole = "exchange_gateway";

    private PlatformServer(PostgresCluster cluster, NpgsqlDataSource superuser, string catalog, string gateway) =>
        (Cluster, Superuser, CatalogConnection, GatewayConnection) = (cluster, superuser, catalog, gateway);

    public PostgresCluster Cluster { get; }

    public NpgsqlDataSource Superuser { get; }

    public string CatalogConnection { get; }

    public string GatewayConnection { get; }

    /// <summary>Starts the cluster and makes the database and its roles where they are not there yet. Passwords are new at each start.</summary>
    public static async Task<PlatformServer> StartAsync(string folder, CancellationToken cancellation)
    {
        var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Folder = folder, Settings = ServerSettings.Platform }, cancellation);
        try
        {
            await CreateDatabaseAsync(cluster, cancellation);
            var superuser = NpgsqlDataSource.Create(cluster.ConnectionString(Database));
            var (catalog, gateway) = (ClientSecret.Generate(), ClientSecret.Generate());
            await ExecuteAsync(superuser, RolesScript(), cancellation);
            // Generated secrets are letters, digits, hyphens and underscores: safe inside quotes, where a parameter cannot stand.
            await ExecuteAsync(superuser, $"ALTER ROLE {CatalogRole} PASSWORD '{catalog}'; ALTER ROLE {GatewayRole} PASSWORD '{gateway}'", cancellation);
            return new PlatformServer(
                cluster, superuser, cluster.ConnectionString(Database, CatalogRole, catalog), cluster.ConnectionString(Database, GatewayRole, gateway));
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Superuser.DisposeAsync();
        await Cluster.DisposeAsync();
    }

    private static async Task CreateDatabaseAsync(PostgresCluster cluster, CancellationToken cancellation)
    {
        await using var server = NpgsqlDataSource.Create(cluster.ConnectionString());
        await using var exists = server.CreateCommand("SELECT count(*) FROM pg_database WHERE datname = @name");
        exists.Parameters.AddWithValue("name", Database);
        if (await exists.ExecuteScalarAsync(cancellation) is 0L) await ExecuteAsync(server, $"CREATE DATABASE {Database}", cancellation);
    }

    private static string RolesScript()
    {
        using var stream = typeof(PlatformServer).Assembly.GetManifestResourceStream("roles.sql") ?? throw new InvalidOperationException("roles.sql is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
