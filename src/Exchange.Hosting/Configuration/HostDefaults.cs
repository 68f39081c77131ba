using Exchange.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Exchange.Hosting.Configuration;

/// <summary>What every host of this product has in common.</summary>
public static class HostDefaults
{
    /// <summary>Time a host has to stop in good order; after <see cref="RunHost.StopDeadline"/> it is ended.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Logs as JSON lines, settings from <paramref name="configuration"/> only, a service provider that is validated when it is built, a bounded shutdown.</summary>
    public static TBuilder UseExchangeDefaults<TBuilder>(this TBuilder builder, IConfiguration configuration)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddExchangeLogging();
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
        builder.Services.AddSingleton(configuration);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }
}
