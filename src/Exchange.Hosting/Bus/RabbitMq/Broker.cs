using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using RabbitMQ.Client;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>Opens connections by the rules that keep RabbitMQ.Client 7.1 from hanging: no recovery of its own, short heartbeats, finite timeouts.</summary>
internal sealed class Broker
{
    /// <summary>Either side gives a silent connection up after two to three of these: a dead one costs less than the fifteen seconds in which the exchange is whole again.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>For one call to the broker.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For the first words with the broker. Where it dies in the middle of them, the client waits for the next one to the end: that has to be well below the fifteen seconds, too.
    /// </summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The client has timeouts of its own; a call in which it never comes back must not be the last attempt.</summary>
    private static readonly TimeSpan AttemptTimeout = CallTimeout + ConnectTimeout;

    private static readonly TimeSpan ConnectAttemptTimeout = HandshakeTimeout + TimeSpan.FromSeconds(1);

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ConnectionFactory _factory;
    private readonly ResiliencePipeline _untilOpen;
    private readonly ILogger _logger;

    public Broker(Uri address, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _factory = new ConnectionFactory
        {
            Uri = address,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = Heartbeat,
            RequestedConnectionTimeout = ConnectTimeout,
            HandshakeContinuationTimeout = HandshakeTimeout,
            ContinuationTimeout = CallTimeout,
            // One after the other: the order of deliveries is the order of the queue.
            ConsumerDispatchConcurrency = 1,
        };
        _untilOpen = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = FirstPause,
            MaxDelay = LongestPause,
            // A timeout inside the client also comes as a cancellation: only ours ends the attempts.
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null && !arguments.Context.CancellationToken.IsCancellationRequested),
            OnRetry = arguments =>
            {
                logger.LogWarning("RabbitMQ is not available ({Error}); attempt {Attempt} in {Pause} ms",
                    arguments.Outcome.Exception?.Message, arguments.AttemptNumber + 2, (long)arguments.RetryDelay.TotalMilliseconds);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }

    /// <summary>Opens a connection and whatever <paramref name="open"/> needs on it; tries until it succeeds or is cancelled.</summary>
    public async Task<TSession> OpenAsync<TSession>(string name, Func<IConnection, CancellationToken, Task<TSession>> open, CancellationToken cancellation) =>
        await _untilOpen.ExecuteAsync(async token =>
        {
            var connection = await ConnectAsync(name, token);
            try
            {
                return await open(connection, token).WaitAsync(AttemptTimeout, token);
            }
            catch
            {
                await CloseAsync(connection);
                throw;
            }
        }, cancellation);

    private async Task<IConnection> ConnectAsync(string name, CancellationToken cancellation)
    {
        var connecting = _factory.CreateConnectionAsync(name, cancellation);
        try
        {
            return await connecting.WaitAsync(ConnectAttemptTimeout, cancellation);
        }
        catch when (!connecting.IsCompleted)
        {
            _ = CloseLateAsync(connecting);
            throw;
        }
    }

    private async Task CloseLateAsync(Task<IConnection> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully) await CloseAsync(await connecting);
    }

    /// <summary>Waits until the broker takes connections, or is cancelled.</summary>
    public async Task UntilReachableAsync(string name, CancellationToken cancellation) =>
        await CloseAsync(await OpenAsync(name, (connection, _) => Task.FromResult(connection), cancellation));

    /// <summary>Gives a connection up, with its channels. Never waits longer than a few seconds, whatever state it is in.</summary>
    public async Task CloseAsync(IConnection connection)
    {
        try
        {
            await connection.AbortAsync(CloseTimeout).WaitAsync(CloseTimeout + CloseTimeout);
            await connection.DisposeAsync().AsTask().WaitAsync(CloseTimeout);
        }
        catch (Exception e)
        {
            _logger.LogDebug(e, "A connection to RabbitMQ could not be closed properly and was left to the runtime");
        }
    }
}
