using System.Threading.Channels;
using Exchange.Contracts.Records;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>
/// Sends batches in the order of the calls over one session at a time and opens a new one when it is lost. Calls wait in a queue while there is no
/// session, at most until their deadline.
/// </summary>
internal sealed class RecordPublisher : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a batch that is published soon after the broker was full: what its queues took in that time has been seen to be lost inside it, and only a new session helps.
    /// </summary>
    public static readonly TimeSpan DeadlineAfterShortage = TimeSpan.FromSeconds(3);

    private readonly Broker _broker;
    private readonly RecordTopology _topology;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Publication> _queue = Channel.CreateUnbounded<Publication>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _closed = new();
    private readonly Lazy<Task> _pump;
    private PublisherSession? _session;

    // Raised when something called for was lost: what was called for before that must not overtake it, and fails too.
    private long _generation;
    private long _regained = long.MinValue;

    public RecordPublisher(Broker broker, RecordTopology topology, TimeProvider time, ILogger logger)
    {
        (_broker, _topology, _time, _logger) = (broker, topology, time, logger);
        _pump = new(() => Task.Run(PumpAsync));
    }

    public async Task PublishAsync(RecordBatch batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var publication = new Publication(batch, Interlocked.Read(ref _generation));
        if (!_queue.Writer.TryWrite(publication)) throw new TransportUnavailableException("The transport is closed");
        _ = _pump.Value;
        var deadline = IsSoonAfterShortage ? DeadlineAfterShortage : Deadline;
        try
        {
            await publication.Confirmed.WaitAsync(deadline, _time, cancellation);
            BusMetrics.Published.Add(1);
            BusMetrics.PublishedBytes.Add(batch.Body.Length);
        }
        catch (TransportUnavailableException)
        {
            BusMetrics.Unconfirmed.Add(1);
            throw;
        }
        catch (TimeoutException timeout)
        {
            BusMetrics.Unconfirmed.Add(1);
            // A session that does not confirm in time is not trusted again: channel and connection go.
            if (publication.Session is { } session) session.Lose(timeout);
            else Interlocked.Increment(ref _generation);
            throw new TransportUnavailableException($"RabbitMQ did not confirm within {deadline.TotalSeconds} s", timeout);
        }
        finally
        {
            publication.Abandon();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _closed.CancelAsync();
        if (_pump.IsValueCreated) await _pump.Value;
        while (_queue.Reader.TryRead(out var left)) left.Fail("The transport is closed");
        await DropSessionAsync(new ObjectDisposedException(nameof(RecordPublisher)));
        _closed.Dispose();
    }

    private bool IsSoonAfterShortage => Interlocked.Read(ref _regained) is var at and not long.MinValue && _time.GetElapsedTime(at) < Deadline;

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var publication in _queue.Reader.ReadAllAsync(_closed.Token))
            {
                if (publication.Generation != Interlocked.Read(ref _generation)) publication.Fail("A batch before it was lost");
                else if (!publication.Abandoned) await SendAsync(publication);
            }
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            _logger.LogDebug("The publisher is closed");
        }
    }

    private async Task SendAsync(Publication publication)
    {
        try
        {
            if (_session is { IsLost: true }) await DropSessionAsync(new IOException("The session is lost"));
            _session ??= await _broker.OpenAsync("exchange-records-publisher", OpenSessionAsync, _closed.Token);
            await _session.SendAsync(publication, Deadline);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            publication.Fail("The transport is closed");
            throw;
        }
        catch (Exception e)
        {
            _logger.LogWarning("The session with RabbitMQ is given up: {Error}", e.Message);
            publication.Fail("The batch could not be sent to RabbitMQ", e);
            await DropSessionAsync(e);
        }
    }

    private Task<PublisherSession> OpenSessionAsync(IConnection connection, CancellationToken cancellation) =>
        PublisherSession.OpenAsync(
            connection, _topology, () => Interlocked.Increment(ref _generation), () => Interlocked.Exchange(ref _regained, _time.GetTimestamp()), _logger, cancellation);

    private async Task DropSessionAsync(Exception cause)
    {
        if (_session is not { } session) return;
        _session = null;
        session.Lose(cause);
        await _broker.CloseAsync(session.Connection);
    }
}
