using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Catalog.Database;

/// <summary>The platform's database as the catalogue service sees it: with the role that writes the schemas <c>catalog</c> and <c>store</c>.</summary>
public sealed class CatalogDatabase(NpgsqlDataSource source) : IAsyncDisposable
{
    private const string ApplicationName = "exchange-catalog";
    private const string HistorySchema = "catalog";

    public static CatalogDatabase Open(DatabaseOptions options) => new(DatabaseFactory.Create(options, ApplicationName));

    /// <summary>Brings the schemas <c>catalog</c> and <c>store</c> to this version of the service.</summary>
    public Task<Result<IReadOnlyList<Migration>>> MigrateAsync(CancellationToken cancellation) =>
        Migrator.ApplyAsync(source, MigrationSet.FromAssembly(typeof(CatalogDatabase).Assembly, HistorySchema), cancellation);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    internal Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation) => source.OpenLiveAsync(cancellation);
}
