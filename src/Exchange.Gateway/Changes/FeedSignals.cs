using System.Collections.Concurrent;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Database;
using Exchange.Hosting.Bus;
using Npgsql;

namespace Exchange.Gateway.Changes;

/// <summary>
/// Wakes readers who wait for changes: at each announced batch, and, since announcements may be lost, by asking for the feeds' heads while somebody waits.
/// One question serves all who wait.
/// </summary>
internal sealed partial class FeedSignals(GatewayDatabase database, IControlBus bus, TimeProvider time, ILogger<FeedSignals> logger) : BackgroundService
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ListenPause = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Guid, Feed> _feeds = new();

    private const string Heads = "SELECT resource_id, head FROM catalog.feed WHERE resource_id = ANY($1)";

    /// <summary>Completes when the feed of the resource is known to have gone beyond <paramref name="head"/>, or when <paramref name="wait"/> is over.</summary>
    public async Task BeyondAsync(Guid resource, long head, TimeSpan wait, CancellationToken cancellation)
    {
        var feed = _feeds.GetOrAdd(resource, _ => new Feed());
        feed.Enter();
        try
        {
            var moved = feed.Beyond(head);
            await Task.WhenAny(moved, Task.Delay(wait, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            feed.Leave();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = ListenAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(AskInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) break;
            try
            {
                await AskAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                LogAskFailed(logger, fault);
            }
        }

        await listening;
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        var waited = _feeds.Where(f => f.Value.IsWaitedFor).Select(f => f.Key).ToArray();
        if (waited.Length == 0) return;
        await using var command = database.Reading.CreateCommand(Heads);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = waited });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) Advance(reader.GetGuid(0), reader.GetInt64(1));
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var listening = await bus.ListenAsync<BatchCommitted>(Heard, stopping);
                await Task.Delay(Timeout.InfiniteTimeSpan, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogListenFailed(logger, fault);
                await Task.Delay(ListenPause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task Heard(BatchCommitted message)
    {
        Advance(message.Resource.Value, message.Head);
        return Task.CompletedTask;
    }

    private void Advance(Guid resource, long head)
    {
        if (_feeds.TryGetValue(resource, out var feed)) feed.Advance(head);
    }

    [LoggerMessage(1, LogLevel.Warning, "The feeds' heads could not be read; trying again.")]
    private static partial void LogAskFailed(ILogger logger, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "Announcements of batches cannot be heard; feeds are asked instead.")]
    private static partial void LogListenFailed(ILogger logger, Exception fault);

    private sealed class Feed
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _head;
        private int _waiting;

        public bool IsWaitedFor => Volatile.Read(ref _waiting) > 0;

        public void Enter() => Interlocked.Increment(ref _waiting);

        public void Leave() => Interlocked.Decrement(ref _waiting);

        public Task Beyond(long head)
        {
            lock (_lock) return _head > head ? Task.CompletedTask : _moved.Task;
        }

        public void Advance(long head)
        {
            lock (_lock)
            {
                if (head <= _head) return;
                _head = head;
                _moved.TrySetResult();
                _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
