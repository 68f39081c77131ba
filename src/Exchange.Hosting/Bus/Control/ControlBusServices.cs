using Exchange.Hosting.Bus.RabbitMq;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Bus.Control;

/// <summary>Sets MassTransit up. Everything that makes it safe is in this folder.</summary>
internal static class ControlBusServices
{
    public const string TelemetryVariable = "MASSTRANSIT_USAGE_TELEMETRY";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ControlCallTimeout = TimeSpan.FromSeconds(6);

    public static void AddControlBus(this IServiceCollection services, BusOptions options, RequestHandlers handlers)
    {
        // This version reports its usage to its makers unless it is told twice not to.
        Environment.SetEnvironmentVariable(TelemetryVariable, "false");
        services.AddMassTransit(registration =>
        {
            registration.DisableUsageTelemetry();
            registration.ConfigureHealthCheckOptions(check => check.Name = "bus");
            if (options.RabbitMq is null) registration.UsingInMemory((context, bus) => ConfigureInMemory(bus, context, options, handlers));
            else registration.UsingRabbitMq((context, bus) => ConfigureRabbitMq(bus, context, options, handlers));
        });
        services.Configure<MassTransitHostOptions>(host =>
        {
            // With a broker, the host starts without waiting and is not ready until the broker is there.
            host.WaitUntilStarted = options.RabbitMq is null;
            host.StopTimeout = StopTimeout;
            host.ConsumerStopTimeout = StopTimeout;
        });
        services.AddSingleton<BrokerRoom>();
        services.AddHostedService(provider => provider.GetRequiredService<BrokerRoom>());
        services.AddSingleton<IControlBus, ControlBus>();
        if (options.RabbitMq is not null) services.AddHostedService<BusWatchdog>();
    }

    private static void ConfigureInMemory(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context, BusOptions options, RequestHandlers handlers)
    {
        bus.MessageTopology.SetEntityNameFormatter(new EntityNames(options.Prefix));
        AddCommands(bus, context, options, handlers);
    }

    private static void ConfigureRabbitMq(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context, BusOptions options, RequestHandlers handlers)
    {
        var address = new Uri(options.RabbitMq!);
        bus.MessageTopology.SetEntityNameFormatter(new EntityNames(options.Prefix));
        bus.OverrideDefaultBusEndpointQueueName($"{options.Prefix}.answers.{Guid.CreateVersion7():N}");
        bus.Host(address, host =>
        {
            host.PublisherConfirmation = true;
            host.Heartbeat(Broker.Heartbeat);
            host.RequestedConnectionTimeout(ConnectTimeout);
            host.OnRefreshConnectionFactory = factory =>
            {
                // A broker that dies while a connection is being made is waited for no longer than need be: until then no endpoint connects.
                (factory.HandshakeContinuationTimeout, factory.ContinuationTimeout) = (Broker.HandshakeTimeout, ControlCallTimeout);
                return UntilReachableAsync(address, context);
            };
            if (address.Scheme == "amqps") host.UseSsl(ssl => ssl.ServerName = address.Host);
        });
        AddCommands(bus, context, options, handlers);
    }

    /// <summary>
    /// Called before each attempt to connect. Left to itself, MassTransit waits up to a minute between attempts once some have failed; so an attempt begins
    /// only when it will succeed, and follows the broker's return within a second.
    /// </summary>
    private static async Task UntilReachableAsync(Uri address, IBusRegistrationContext context)
    {
        var stopping = context.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var broker = new Broker(address, context.GetRequiredService<TimeProvider>(), context.GetRequiredService<ILogger<Broker>>());
        await broker.UntilReachableAsync("exchange-control-probe", stopping);
    }

    private static void AddCommands(IBusFactoryConfigurator bus, IBusRegistrationContext context, BusOptions options, RequestHandlers handlers)
    {
        bus.AutoStart = true;
        if (handlers.Registrations.Count == 0) return;
        bus.ReceiveEndpoint(CommandEndpoint.QueueName(options), endpoint => new CommandEndpoint(endpoint, context).Configure(handlers));
    }
}
