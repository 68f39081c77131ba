using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>
/// Knows whether the broker has room for messages. One that is short of disk or memory keeps its connections and stops reading from those that publish: questions would only go
/// unanswered. It tells a connection so once that publishes; therefore a message that no queue takes is published every few seconds.
/// </summary>
internal sealed class BrokerRoom(IOptions<BusOptions> options, TimeProvider time, ILogger<BrokerRoom> logger) : BackgroundService
{
    private const string Nowhere = "nowhere";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PublishWithin = TimeSpan.FromSeconds(10);

    private volatile string? _shortage;
    private TaskCompletionSource _regained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the broker says it is short of, such as <c>low on disk</c>; null where it takes messages or cannot be reached.</summary>
    public string? Shortage => _shortage;

    /// <summary>Completes when the broker next says that it has room again.</summary>
    public Task Regained => Volatile.Read(ref _regained).Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.RabbitMq is not { } address) return;
        // That the broker cannot be reached is said by those who need it.
        var broker = new Broker(new Uri(address), time, NullLogger.Instance);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(broker, stoppingToken);
            }
            catch (Exception e)
            {
                if (stoppingToken.IsCancellationRequested) return;
                logger.LogDebug(e, "The connection that watches RabbitMQ's room was lost; it is opened again");
                await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Watches over one connection until that is lost.</summary>
    private async Task LookAsync(Broker broker, CancellationToken stopping)
    {
        var connection = await broker.OpenAsync("exchange-room", (opened, _) => Task.FromResult(opened), stopping);
        try
        {
            connection.ConnectionBlockedAsync += (_, blocked) => SayAsync(blocked.Reason);
            connection.ConnectionUnblockedAsync += (_, _) => SayAsync(null);
            // Ends with its connection: to close it in order would wait for a broker that does not read.
            var channel = await connection.CreateChannelAsync(cancellationToken: stopping);
            // Where batches are published to, so that it needs no other permission.
            var exchange = new RecordTopology(options.Value).Exchange;
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: stopping);
            using var timer = new PeriodicTimer(Interval, time);
            do
            {
                if (_shortage is null) await channel.BasicPublishAsync(exchange, Nowhere, ReadOnlyMemory<byte>.Empty, stopping).AsTask().WaitAsync(PublishWithin, time, stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping) && connection.IsOpen);
        }
        finally
        {
            _shortage = null;
            await broker.CloseAsync(connection);
        }
    }

    private Task SayAsync(string? shortage)
    {
        _shortage = shortage;
        if (shortage is null)
        {
            logger.LogInformation("RabbitMQ has room again");
            Interlocked.Exchange(ref _regained, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
        else
        {
            logger.LogWarning("RabbitMQ takes no messages until it has room again: {Shortage}", shortage);
        }

        return Task.CompletedTask;
    }
}
