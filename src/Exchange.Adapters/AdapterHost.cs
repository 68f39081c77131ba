using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters;

/// <summary>Gives the work of one verb what an adapter runs on, and takes it down again.</summary>
internal static class AdapterHost
{
    /// <param name="work">Gets a token that is cancelled with <paramref name="stop"/>, and when the host has to be started anew because its bus did not come back.</param>
    /// <returns>What the work gives; fails where the file names no bus.</returns>
    public static async Task<Result<T>> PublishAsync<T>(
        PublishingAdapter adapter, Func<PublishingEnvironment, CancellationToken, Task<Result<T>>> work, CancellationToken stop)
    {
        if (adapter.Bus is not { } bus) return ErrorCodes.SettingMissing.With(("setting", "bus"));
        var settings = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new($"{BusOptions.Section}:{nameof(BusOptions.RabbitMq)}", bus.RabbitMq),
            new($"{BusOptions.Section}:{nameof(BusOptions.Prefix)}", bus.Prefix),
            new($"{BusOptions.Section}:{nameof(BusOptions.Partitions)}", bus.Partitions.ToString(CultureInfo.InvariantCulture)),
        ]).Build();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddExchangeLogging();
        builder.Services.AddExchangeBus(settings, new RequestHandlers());
        using var host = builder.Build();
        await host.StartAsync(stop);
        var services = host.Services;
        var environment = new PublishingEnvironment(
            services.GetRequiredService<IControlBus>(), services.GetRequiredService<IRecordTransport>(), new LogProgress(Logger(services)), TimeProvider.System, Logger(services));
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stop, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var ended = await work(environment, until.Token);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await host.StopAsync(deadline.Token);
        return ended;
    }

    public static async Task<Result<T>> ReceiveAsync<T>(Func<ReceivingEnvironment, Task<Result<T>>> work)
    {
        await using var services = new ServiceCollection().AddLogging(l => l.AddExchangeLogging()).BuildServiceProvider();
        return await work(new ReceivingEnvironment(new LogProgress(Logger(services)), TimeProvider.System, Logger(services)));
    }

    private static ILogger Logger(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger("Exchange.Adapters");
}
