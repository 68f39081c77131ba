using Exchange.Hosting.Bus.Control;
using Exchange.Hosting.Bus.InProcess;
using Exchange.Hosting.Bus.RabbitMq;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Bus;

public static class BusServices
{
    /// <summary>
    /// Adds <see cref="IControlBus"/> and <see cref="IRecordTransport"/>: RabbitMQ where <see cref="BusOptions.RabbitMq"/> is set, else in-process.
    /// Both start and stop with the host. Call it once per process, with the handlers of all hosts in it.
    /// </summary>
    public static IServiceCollection AddExchangeBus(this IServiceCollection services, IConfiguration configuration, RequestHandlers handlers)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostOptions<BusOptions>(configuration, BusOptions.Section);
        var options = configuration.ReadOptions<BusOptions>(BusOptions.Section);
        services.AddControlBus(options, handlers);
        services.AddSingleton<IRecordTransport>(provider =>
        {
            var (time, loggers) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>());
            return options.RabbitMq is null
                ? new InProcessRecordTransport(options.Partitions, time, loggers.CreateLogger<InProcessRecordTransport>())
                : new RabbitMqRecordTransport(options, provider.GetRequiredService<BrokerRoom>(), time, loggers.CreateLogger<RabbitMqRecordTransport>());
        });
        return services;
    }
}
