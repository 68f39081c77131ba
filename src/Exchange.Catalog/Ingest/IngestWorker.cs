using Exchange.Catalog.Database;
using Exchange.Catalog.Streams;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Catalog.Ingest;

/// <summary>Consumes every partition of records, each on a connection of its own.</summary>
internal sealed class IngestWorker(
    IRecordTransport transport, CatalogDatabase database, Announcements announcements, IngestModel model, TimeProvider time, ILogger<IngestWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, model.Partitions).Select(p => ConsumeAsync(p, stoppingToken)));

    private async Task ConsumeAsync(int partition, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await using var ingest = new PartitionIngest(database, announcements, time, log) { Deletions = model.Deletions };
            try
            {
                await transport.ConsumeAsync(partition, (delivery, cancellation) => ingest.HandleAsync(delivery.Batch, cancellation), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                log.LogError(e, "Partition {Partition} stopped being consumed; it is taken up again in {BackOff}", partition, BackOff);
            }

            await Task.Delay(BackOff, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>
/// Handles the batches of one partition, one after the other. Keeps its connection between them and takes a new one after a fault.
/// </summary>
internal sealed class PartitionIngest(CatalogDatabase database, Announcements announcements, TimeProvider time, ILogger log) : IAsyncDisposable
{
    /// <summary>A batch that fails so often for a reason of its own holds its stream, visibly, rather than being tried for ever.</summary>
    public const int MostFailures = 5;

    private static readonly TimeSpan RewindPause = TimeSpan.FromSeconds(2);

    private IngestConnection? _connection;
    private Task<IngestOutcome> _attempt = Task.FromResult(IngestOutcome.Abandoned);
    private (BatchHeader? Batch, int Count) _failures;
    private (StreamRewound? Last, long At) _rewound;

    public DeletionLimit Deletions { get; init; } = DeletionLimit.Standard;

    /// <summary>A first load of no more rows keeps the index of its keys.</summary>
    public long IndexedRows { get; init; } = LoadedKeys.IndexedRows;

    /// <exception cref="Exception">The database is not available, or the batch failed: to be delivered again.</exception>
    public async Task<DeliveryOutcome> HandleAsync(RecordBatch batch, CancellationToken cancellation)
    {
        try
        {
            _connection ??= await IngestConnection.OpenAsync(database, time, cancellation);
            using var guard = new SessionGuard(_connection.Connection, cancellation) { Parting = SessionGuard.ShortParting };
            _attempt = BatchAttempts.RunAsync(_connection, batch, BatchPolicy.Normal with { Deletions = Deletions, IndexedRows = IndexedRows }, time, log, guard.Token);
            var outcome = await guard.WatchAsync(_attempt);
            _failures = default;
            await FinishAsync(_connection, batch.Header, outcome, cancellation);
            return DeliveryOutcome.Done;
        }
        catch (Exception e)
        {
            await DropConnectionAsync();
            var isOwn = !DatabaseFaults.IsUnavailable(e) && !DatabaseFaults.IsConflict(e) && e is not OperationCanceledException;
            if (!isOwn || !await HoldIfHopelessAsync(batch.Header, e, cancellation)) throw;
            return DeliveryOutcome.Done;
        }
    }

    public ValueTask DisposeAsync() => DropConnectionAsync();

    private async Task FinishAsync(IngestConnection connection, BatchHeader header, IngestOutcome outcome, CancellationToken cancellation)
    {
        if (outcome.Committed is { } committed) announcements.Add(committed);
        if (outcome.Rewound is { } rewound && IsNews(rewound)) announcements.Add(rewound);
        if (outcome.Admission is Admission.Unknown)
            log.LogWarning("Batch {Sequence} of stream {Stream} is dropped: there is no such stream into resource {Resource}", header.Sequence, header.Stream, header.Resource);
        if (outcome.Admission is Admission.Held or Admission.OutOfPlace)
            log.LogWarning("Batch {Sequence} of stream {Stream} is not committed: the stream is held", header.Sequence, header.Stream);
        if (outcome.LoadedTable is not { } loaded) return;

        // Plans depend on the statistics, and the server would take them only after a while.
        await connection.ExecuteAsync(loaded.FirstLoad.Analyze, cancellation);
    }

    /// <summary>All batches behind a gap say the same; the adapter needs to hear it once in a while.</summary>
    private bool IsNews(StreamRewound rewound)
    {
        var now = time.GetTimestamp();
        if (rewound == _rewound.Last && time.GetElapsedTime(_rewound.At, now) < RewindPause) return false;
        _rewound = (rewound, now);
        return true;
    }

    private async Task<bool> HoldIfHopelessAsync(BatchHeader header, Exception e, CancellationToken cancellation)
    {
        _failures = (header, _failures.Batch == header ? _failures.Count + 1 : 1);
        if (_failures.Count < MostFailures) return false;

        var trace = $"{header.Stream}/{Sql.Invariant(header.Sequence)}";
        log.LogCritical(e, "Batch {Trace} failed {Count} times: its stream is held. This is a defect of the exchange", trace, _failures.Count);
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var place = await BatchIngest.LockAsync(connection, header.Stream, cancellation);
        if (BatchAdmission.Decide(place, header) != Admission.Accept) return true;
        var error = ErrorCodes.Unexpected.With(("trace", trace));
        await StreamHold.WriteAsync(connection, place!.Stream, place.Resource, place.Epoch, error.Code.Name, error.ToString(), time.GetUtcNow(), cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async ValueTask DropConnectionAsync()
    {
        if (_connection is not { } connection) return;
        _connection = null;
        await LiveSessions.CloseAfterAsync(_attempt, connection.DisposeAsync);
    }
}
