using Exchange.Testing;
using Exchange.Testing.Servers;
using Npgsql;
using Xunit;

namespace Exchange.System.Tests.Architecture;

/// <summary>One writer per schema, proved with the roles of the installation on the tables of the migrations.</summary>
[Trait("Cost", "Servers")]
public sealed class SchemaWriterTests
{
    [Theory]
    [InlineData("exchange_gateway", "catalog", true)]
    [InlineData("exchange_gateway", "store", true)]
    [InlineData("exchange_catalog", "audit", false)]
    [InlineData("exchange_catalog", "delivery", false)]
    public async Task Role_OnSchemaOfAnotherWriter_CannotWrite(string role, string schema, bool reads)
    {
        await using var database = await MigratedAsync();
        var connectionString = database.Cluster.ConnectionString(
            database.Name, role, new NpgsqlConnectionStringBuilder(database.CatalogConnection).Password!);

        await AssertDeniedAsync(connectionString, $"CREATE TABLE {schema}.intruder (n int)");
        foreach (var table in await TablesAsync(database, schema))
        {
            await AssertDeniedAsync(connectionString, $"DELETE FROM {table}");
            await AssertDeniedAsync(connectionString, $"INSERT INTO {table} DEFAULT VALUES");
            await AssertDeniedAsync(connectionString, $"TRUNCATE {table}");
            await AssertDeniedAsync(connectionString, $"DROP TABLE {table}");
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            if (reads)
                await new NpgsqlCommand($"SELECT count(*) FROM {table}", connection).ExecuteScalarAsync();
            else
                await AssertDeniedAsync(connectionString, $"SELECT count(*) FROM {table}");
        }
    }

    [Fact]
    public async Task Roles_OfTheInstallation_AreNoSuperusersAndOwnOnlyTheirSchemas()
    {
        await using var database = await MigratedAsync();

        Assert.Equal(0L, await database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'exchange\\_%' AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls)"));
        Assert.Equal("audit:exchange_gateway,catalog:exchange_catalog,delivery:exchange_gateway,store:exchange_catalog", await database.ScalarAsync<string>(
            "SELECT string_agg(nspname || ':' || nspowner::regrole, ',' ORDER BY nspname) FROM pg_namespace WHERE nspname IN ('audit', 'catalog', 'delivery', 'store')"));
        Assert.NotEmpty(await TablesAsync(database, "catalog"));
        Assert.NotEmpty(await TablesAsync(database, "store"));
        Assert.NotEmpty(await TablesAsync(database, "audit"));
    }

    private static Task<PlatformDatabase> MigratedAsync() => PlatformDatabase.CreateAsync(async database =>
    {
        await RunMigrationsAsync("Exchange.Catalog", database.CatalogConnection);
        await RunMigrationsAsync("Exchange.Gateway", database.GatewayConnection);
        // As registration does for each resource.
        await ExecuteAsync(database.CatalogConnection, "CREATE TABLE store.enterprise (uscc text PRIMARY KEY)");
    });

    private static async Task RunMigrationsAsync(string host, string connectionString)
    {
        foreach (var file in Directory.GetFiles(TestPaths.InRepository("src", host, "Database", "Migrations"), "*.sql").Order(StringComparer.Ordinal))
            await ExecuteAsync(connectionString, await File.ReadAllTextAsync(file));
    }

    private static async Task<List<string>> TablesAsync(PlatformDatabase database, string schema)
    {
        var joined = await database.ScalarAsync<string>(
            "SELECT string_agg(format('%I.%I', schemaname, tablename), ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = $1", schema);
        return [.. (joined ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static async Task AssertDeniedAsync(string connectionString, string sql)
    {
        var denied = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connectionString, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, denied.SqlState);
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
