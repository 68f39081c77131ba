using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Catalog.Outbox;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Database;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Exchange.Catalog;

public static class CatalogServices
{
    /// <summary>
    /// Adds the catalogue service: its database, the ingest of all partitions and the outbox. Needs the bus (<c>AddExchangeBus</c>) with
    /// <see cref="CatalogHandlers.AddCatalogHandlers"/> among its handlers, and a migrated database.
    /// </summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostOptions<DatabaseOptions>(configuration, CatalogSections.Database, CatalogSections.Database);
        services.AddSingleton(provider => CatalogDatabase.Open(provider.GetRequiredService<IOptionsMonitor<DatabaseOptions>>().Get(CatalogSections.Database)));
        services.AddHostOptions<IngestOptions>(configuration, IngestOptions.Section);
        services.AddSingleton(provider =>
        {
            var ingest = provider.GetRequiredService<IOptions<IngestOptions>>().Value;
            return new IngestModel(provider.GetRequiredService<IOptions<BusOptions>>().Value.Partitions, new DeletionLimit(ingest.DeletePercent, ingest.DeleteRows));
        });
        services.AddSingleton<Announcements>();
        services.AddHostedService(provider => provider.GetRequiredService<Announcements>());
        services.AddHostedService<OutboxRelay>();
        services.AddHostedService<IngestWorker>();
        return services;
    }
}
