using Exchange.Hosting.Bus.RabbitMq;
using Exchange.Hosting.Configuration;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Exchange.Hosting.Bus.Control;

/// <summary>
/// This version of MassTransit does not always bring an endpoint back after a broker's restart: its loop takes any cancellation for its own end, also one that comes from inside the
/// client while a connection dies in the middle of being made. A bus that comes back does so within a few seconds of the broker; where it stays unhealthy for longer although the
/// broker can be reached, the endpoints that are down are started again, and where that fails or does not help, the host stops with a failure, so that its supervisor starts it anew.
/// </summary>
internal sealed class BusWatchdog(IBusControl bus, IOptions<BusOptions> options, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<BusWatchdog> logger)
    : BackgroundService
{
    public static readonly TimeSpan MendAfter = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(1);

    internal enum Treatment
    {
        Wait,
        Mend,
        GiveUp,
    }

    /// <summary>Since when the bus is unhealthy without the broker being the reason; null where it is well.</summary>
    internal static DateTimeOffset? Sick(DateTimeOffset? since, bool healthy, bool brokerReachable, DateTimeOffset now) =>
        healthy || !brokerReachable ? null : since ?? now;

    /// <param name="hasBeenWell">A bus that was never well is still starting, which may take longer than a mend would wait.</param>
    /// <param name="isMended">Since it is sick.</param>
    internal static Treatment Treat(DateTimeOffset? since, bool hasBeenWell, bool isMended, DateTimeOffset now)
    {
        if (since is not { } start) return Treatment.Wait;
        if (now - start >= Patience) return Treatment.GiveUp;
        return hasBeenWell && !isMended && now - start >= MendAfter ? Treatment.Mend : Treatment.Wait;
    }

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
        var (hasBeenWell, isMended) = (false, false);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var health = bus.CheckHealth();
            var healthy = health.Status == BusHealthStatus.Healthy;
            if (healthy && !hasBeenWell) logger.LogInformation("The bus is connected to RabbitMQ");
            hasBeenWell |= healthy;
            since = Sick(since, healthy, !healthy && await IsReachableAsync(broker, stoppingToken), time.GetUtcNow());
            isMended &= since is not null;
            var treatment = Treat(since, hasBeenWell, isMended, time.GetUtcNow());
            if (treatment == Treatment.Wait) continue;
            if (treatment == Treatment.Mend)
            {
                isMended = await MendAsync(health, stoppingToken);
                if (isMended) continue;
            }

            logger.LogCritical("The bus did not come back although RabbitMQ can be reached ({Health}); the host stops to be started anew", health.Description);
            RunHost.StopFailed(lifetime);
            return;
        }
    }

    /// <summary>Whether each endpoint that is down could be started again.</summary>
    private async Task<bool> MendAsync(BusHealthResult health, CancellationToken stopping)
    {
        var started = await Task.WhenAll(health.Endpoints.Values.Where(e => e.Status != BusHealthStatus.Healthy).Select(e => StartAgainAsync(e, stopping)));
        return started.All(s => s);
    }

    private async Task<bool> StartAgainAsync(EndpointHealthResult health, CancellationToken stopping)
    {
        logger.LogWarning("The endpoint {Endpoint} did not come back although RabbitMQ can be reached ({Health}); it is started again", health.InputAddress, health.Description);
        try
        {
            await health.ReceiveEndpoint.Stop(stopping).WaitAsync(StopWithin, time, stopping);
            health.ReceiveEndpoint.Start(stopping);
            return true;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested && (e is OperationCanceledException or InvalidOperationException || BusFaults.IsTransport(e)))
        {
            logger.LogWarning("The endpoint {Endpoint} could not be started again: {Error}", health.InputAddress, e.Message);
            return false;
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
