using Exchange.Gateway.Audit;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Changes;
using Exchange.Gateway.Database;
using Exchange.Gateway.Description;
using Exchange.Gateway.Publishing;
using Exchange.Gateway.Records;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Database;
using Exchange.Hosting.Health;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Exchange.Gateway;

public static class GatewayServices
{
    private static readonly TimeSpan RequestHeadTimeout = TimeSpan.FromSeconds(10);
    private const int MaxHeaderBytes = 32 * 1024;
    private const int MaxRequestLineBytes = 16 * 1024;

    /// <summary>Adds everything that <see cref="GatewayRoutes.MapGateway"/> maps. Needs the bus (<c>AddExchangeBus</c>) beside it.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHostOptions<GatewayOptions>(configuration, GatewayOptions.Section);
        services.AddHostOptions<DatabaseOptions>(configuration, GatewayDatabase.Section, GatewayDatabase.Section);
        services.TryAddSingleton(TimeProvider.System);

        services.AddSingleton(provider => new GatewayDatabase(configuration, provider.GetRequiredService<IOptions<GatewayOptions>>()));
        services.AddSingleton<KeyFolder>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<SecretCheck>();
        services.AddSingleton<LoginBrake>();
        services.AddSingleton<SealedCursor>();
        services.AddSingleton<StreamSlots>();
        services.AddSingleton<FeedTurns>();
        services.AddSingleton<QuotaLedger>();
        services.AddSingleton<Gate>();
        services.AddSingleton<Desk>();
        services.AddSingleton<GrantLease>();
        services.AddHostedService(provider => provider.GetRequiredService<GrantLease>());
        services.AddSingleton<FeedSignals>();
        services.AddHostedService(provider => provider.GetRequiredService<FeedSignals>());
        services.AddSingleton<AuditLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog>());

        services.AddHostOptions<PublishingOptions>(configuration, PublishingOptions.Section);
        services.AddSingleton<PublishingTargets>();
        services.AddSingleton<PublishingSlots>();
        services.AddSingleton<CommitSignals>();
        services.AddSingleton<StreamOpener>();
        services.AddSingleton<StreamSender>();
        services.AddSingleton<PublishingRun>();
        services.AddHostedService<ForgetKeys>();

        services.AddOpenApi("v1", OpenApiDocuments.Configure);
        services.AddDatabaseCheck("gateway-database", provider => provider.GetRequiredService<GatewayDatabase>().Reading);
        services.AddReadinessCheck("gateway-lease", (provider, _) => Task.FromResult(provider.GetRequiredService<GrantLease>().IsHeld));

        services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>((kestrel, options) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Value.MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = RequestHeadTimeout;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
            kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(options.Value.MinBodyBytesPerSecond, TimeSpan.FromSeconds(options.Value.BodyGraceSeconds));
        });
        return services;
    }
}
