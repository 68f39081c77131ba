using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.Control;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Tests.Bus;

public sealed class BusWatchdogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sick_UnhealthyAndReachable_KeepsItsBeginning()
    {
        var since = BusWatchdog.Sick(null, healthy: false, brokerReachable: true, Noon);

        Assert.Equal(Noon, since);
        Assert.Equal(Noon, BusWatchdog.Sick(since, healthy: false, brokerReachable: true, Noon.AddSeconds(10)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Sick_HealthyOrBrokerAway_BeginsAnew(bool healthy, bool reachable) =>
        Assert.Null(BusWatchdog.Sick(Noon, healthy, reachable, Noon.AddMinutes(1)));

    [Fact]
    public void Treat_WellOrStillStarting_Waits()
    {
        Assert.Equal(BusWatchdog.Treatment.Wait, BusWatchdog.Treat(null, hasBeenWell: true, isMended: false, Noon));
        Assert.Equal(BusWatchdog.Treatment.Wait, BusWatchdog.Treat(Noon, hasBeenWell: true, isMended: false, Noon + BusWatchdog.MendAfter - TimeSpan.FromSeconds(1)));
        Assert.Equal(BusWatchdog.Treatment.Wait, BusWatchdog.Treat(Noon, hasBeenWell: false, isMended: false, Noon + BusWatchdog.MendAfter));
    }

    [Fact]
    public void Treat_SickForLong_MendsOnceAndThenGivesUp()
    {
        Assert.Equal(BusWatchdog.Treatment.Mend, BusWatchdog.Treat(Noon, hasBeenWell: true, isMended: false, Noon + BusWatchdog.MendAfter));
        Assert.Equal(BusWatchdog.Treatment.Wait, BusWatchdog.Treat(Noon, hasBeenWell: true, isMended: true, Noon + BusWatchdog.Patience - TimeSpan.FromSeconds(1)));
        Assert.Equal(BusWatchdog.Treatment.GiveUp, BusWatchdog.Treat(Noon, hasBeenWell: true, isMended: true, Noon + BusWatchdog.Patience));
        Assert.Equal(BusWatchdog.Treatment.GiveUp, BusWatchdog.Treat(Noon, hasBeenWell: false, isMended: false, Noon + BusWatchdog.Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Execute_HostDisposed_EndsInSilenceWhetherItWasStoppedOrNot(bool isStopped)
    {
        var (log, clock) = (new CapturedLog(), new WatchedClock());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        // Nobody listens there: with a broker, the host starts without waiting for it.
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("Bus:RabbitMq", "amqp://guest:guest@127.0.0.1:1/")]).Build();
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddExchangeBus(configuration, new RequestHandlers());
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var watchdog = host.Services.GetServices<IHostedService>().OfType<BusWatchdog>().Single();
        await clock.IsWatched.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        if (isStopped) await host.StopAsync(TestContext.Current.CancellationToken);
        await ((IAsyncDisposable)host).DisposeAsync();

        await watchdog.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(log.Lines, l => l.Level == LogLevel.Critical);
    }

    /// <summary>Tells when the watchdog waits for its first tick: before that, its work may not have begun.</summary>
    private sealed class WatchedClock : TimeProvider
    {
        private readonly TaskCompletionSource _isWatched = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsWatched => _isWatched.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period == BusWatchdog.Interval) _isWatched.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
