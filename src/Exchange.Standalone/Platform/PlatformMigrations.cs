using System.Reflection;
using Exchange.Catalog;
using Exchange.Gateway;
using Exchange.Hosting.Database;
using Exchange.Standalone.Demonstration;
using Npgsql;

namespace Exchange.Standalone.Platform;

/// <summary>Brings the platform's database to the version of this program, each schema with the role of its owner.</summary>
internal static class PlatformMigrations
{
    public static async Task ApplyAsync(PlatformServer server, CancellationToken cancellation)
    {
        await ApplyAsync(server.CatalogConnection, typeof(CatalogServices).Assembly, "catalog", cancellation);
        await ApplyAsync(server.GatewayConnection, typeof(GatewayServices).Assembly, "audit", cancellation);
    }

    private static async Task ApplyAsync(string connection, Assembly host, string schema, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        var applied = await Migrator.ApplyAsync(database, MigrationSet.FromAssembly(host, schema), cancellation);
        if (applied.IsError) throw new DemonstrationException(applied.Error.ToString());
    }
}
