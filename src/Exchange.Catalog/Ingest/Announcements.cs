using System.Collections.Concurrent;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// Announces what was committed and what has to be sent again, beside the ingest and never in its way. One announcement per stream waits at most: a later
/// commit stands for the earlier ones. What is lost is found by asking for the stream's status.
/// </summary>
internal sealed class Announcements(IControlBus bus, ILogger<Announcements> log) : BackgroundService
{
    private readonly ConcurrentDictionary<StreamId, BatchCommitted> _commits = new();
    private readonly ConcurrentDictionary<StreamId, StreamRewound> _rewinds = new();
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Add(BatchCommitted committed)
    {
        _commits.AddOrUpdate(committed.Stream, committed, (_, earlier) => Join(earlier, committed));
        Wake();
    }

    public void Add(StreamRewound rewound)
    {
        _rewinds[rewound.Stream] = rewound;
        Wake();
    }

    /// <summary>Announces what waits now.</summary>
    public async Task RunOnceAsync(CancellationToken cancellation)
    {
        foreach (var stream in _commits.Keys)
        {
            if (_commits.TryRemove(stream, out var committed)) await AnnounceAsync(committed, stream, cancellation);
        }

        foreach (var stream in _rewinds.Keys)
        {
            if (_rewinds.TryRemove(stream, out var rewound)) await AnnounceAsync(rewound, stream, cancellation);
        }
    }

    /// <summary>Two commits of a stream as one: the place of the later, the rows of both.</summary>
    internal static BatchCommitted Join(BatchCommitted earlier, BatchCommitted later) => later with
    {
        RowsAccepted = earlier.RowsAccepted + later.RowsAccepted,
        RowsQuarantined = earlier.RowsQuarantined + later.RowsQuarantined,
    };

    public override void Dispose()
    {
        _signal.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _signal.WaitAsync(stoppingToken);
                await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task AnnounceAsync<TEvent>(TEvent message, StreamId stream, CancellationToken cancellation)
        where TEvent : class
    {
        try
        {
            await bus.PublishAsync(message, cancellation);
        }
        catch (TransportUnavailableException e)
        {
            // Best effort by contract: the adapter asks for the status when it hears nothing.
            log.LogWarning("{Event} of stream {Stream} could not be announced: {Reason}", typeof(TEvent).Name, stream, e.Message);
        }
    }

    private void Wake()
    {
        lock (_signal)
        {
            if (_signal.CurrentCount == 0) _signal.Release();
        }
    }
}
