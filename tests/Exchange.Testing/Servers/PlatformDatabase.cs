using System.Globalization;
using Exchange.Hosting.Embedded;
using Npgsql;

namespace Exchange.Testing.Servers;

/// <summary>A new database of the platform with its roles and schemas; dropped on disposal.</summary>
public sealed class PlatformDatabase : IAsyncDisposable
{
    private const string CatalogRole = "exchange_catalog";
    private const string GatewayRole = "exchange_gateway";
    // Of a server that lives as long as the test and listens on loopback only.
    private const string RolePassword = "platform-test";
    private static readonly SemaphoreSlim s_gate = new(1, 1);
    private static int s_count;

    private PlatformDatabase(PostgresCluster cluster, string name) => (Cluster, Name) = (cluster, name);

    public PostgresCluster Cluster { get; }

    public string Name { get; }

    /// <summary>Connection string of the catalogue service's role.</summary>
    public string CatalogConnection => Cluster.ConnectionString(Name, CatalogRole, RolePassword);

    /// <summary>Connection string of the gateway's role.</summary>
    public string GatewayConnection => Cluster.ConnectionString(Name, GatewayRole, RolePassword);

    public string SuperuserConnection => Cluster.ConnectionString(Name);

    /// <summary>
    /// Makes the database on the shared server, or on the given one, and runs the hosts' migrations on it.
    /// </summary>
    /// <param name="migrate">Runs the migrations the test needs; given the database with its roles and empty schemas.</param>
    /// <param name="cluster">Server to use instead of the shared one.</param>
    public static async Task<PlatformDatabase> CreateAsync(Func<PlatformDatabase, Task>? migrate = null, PostgresCluster? cluster = null)
    {
        cluster ??= await PostgresServer.SharedAsync();
        var name = $"platform_{Interlocked.Increment(ref s_count).ToString(CultureInfo.InvariantCulture)}";
        var database = new PlatformDatabase(cluster, name);
        // Roles belong to the whole server; two databases must not create them at once.
        await s_gate.WaitAsync();
        try
        {
            await ExecuteAsync(cluster.ConnectionString(), $"CREATE DATABASE {name}");
            await ExecuteAsync(database.SuperuserConnection, RolesScript());
            await ExecuteAsync(
                database.SuperuserConnection,
                $"ALTER ROLE {CatalogRole} PASSWORD '{RolePassword}'; ALTER ROLE {GatewayRole} PASSWORD '{RolePassword}'");
        }
        finally
        {
            s_gate.Release();
        }

        if (migrate is not null)
            await migrate(database);
        return database;
    }

    /// <summary>Runs statements as the superuser.</summary>
    public Task ExecuteAsync(string sql) => ExecuteAsync(SuperuserConnection, sql);

    /// <summary>First column of the first row as the superuser sees it; null for no row or a null.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(SuperuserConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync() is T result ? result : default;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Cluster.IsRunning)
            return;
        await ExecuteAsync(Cluster.ConnectionString(), $"DROP DATABASE {Name} WITH (FORCE)");
    }

    private static string RolesScript()
    {
        using var stream = typeof(PlatformDatabase).Assembly.GetManifestResourceStream("roles.sql")
            ?? throw new InvalidOperationException("roles.sql is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
