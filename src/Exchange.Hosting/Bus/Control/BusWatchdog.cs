using Exchange.Hosting.Bus.RabbitMq;
using Exchange.Hosting.Configuration;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Exchange.Hosting.Bus.Control;

/// <summary>
/// This version of MassTransit has been seen not to reconnect an endpoint after broker restarts. A bus that comes back does so within a second or two of the broker; where it stays
/// unhealthy for ten although the broker can be reached, the host stops with a failure, so that its supervisor starts it anew.
/// </summary>
internal sealed class BusWatchdog(IBusControl bus, IOptions<BusOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<BusWatchdog> logger)
    : BackgroundService
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Since when the bus is unhealthy without the broker being the reason; null where it is well.</summary>
    internal static DateTimeOffset? Sick(DateTimeOffset? since, bool healthy, bool brokerReachable, DateTimeOffset now) =>
        healthy || !brokerReachable ? null : since ?? now;

    internal static bool IsHopeless(DateTimeOffset? since, DateTimeOffset now) => since is { } start && now - start >= Patience;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WatchAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that is disposed without having been stopped, as after a start that failed, would take the cancellation for a fault and log it as critical.
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        var broker = new Broker(new Uri(options.Value.RabbitMq!), time, logger);
        using var timer = new PeriodicTimer(Interval, time);
        DateTimeOffset? since = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var health = bus.CheckHealth();
            var healthy = health.Status == BusHealthStatus.Healthy;
            since = Sick(since, healthy, !healthy && await IsReachableAsync(broker, stoppingToken), time.GetUtcNow());
            if (!IsHopeless(since, time.GetUtcNow())) continue;
            logger.LogCritical("The bus did not come back although RabbitMQ can be reached ({Health}); the host stops to be started anew", health.Description);
            RunHost.StopFailed(lifetime);
            return;
        }
    }

    private async Task<bool> IsReachableAsync(Broker broker, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(ProbeTimeout, time);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            await broker.UntilReachableAsync("exchange-watchdog", until.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
