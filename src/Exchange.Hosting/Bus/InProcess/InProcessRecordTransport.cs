using System.Threading.Channels;
using Exchange.Contracts.Records;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Bus.InProcess;

/// <summary>
/// Record transport for hosts in one process: a bounded queue per partition. What is queued lives as long as the process;
/// adapters resend after a restart what was not committed, as they do with a broker.
/// </summary>
internal sealed class InProcessRecordTransport : IRecordTransport
{
    /// <summary>Batches that wait in one partition; then publishers wait.</summary>
    public const int Capacity = 32;

    public static readonly TimeSpan PublishDeadline = TimeSpan.FromSeconds(10);

    private readonly Partition[] _partitions;
    private readonly Redelivery _redelivery;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();

    public InProcessRecordTransport(int partitions, TimeProvider time, ILogger<InProcessRecordTransport> logger, TimeSpan? longestPause = null)
    {
        _partitions = [.. Enumerable.Range(0, partitions).Select(_ => new Partition())];
        _time = time;
        _logger = logger;
        _redelivery = new(time, logger, longestPause);
    }

    public async Task PublishAsync(RecordBatch batch, CancellationToken cancellation)
    {
        var partition = _partitions[batch.Header.Partition];
        cancellation.ThrowIfCancellationRequested();
        if (_closed.IsCancellationRequested) throw new TransportUnavailableException("The transport is closed");
        if (!partition.Queue.Writer.TryWrite(batch)) await WaitForRoomAsync(partition, batch, cancellation);
        BusMetrics.Published.Add(1);
        BusMetrics.PublishedBytes.Add(batch.Body.Length);
    }

    public async Task ConsumeAsync(int partition, Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation)
    {
        var own = _partitions[partition];
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closed.Token);
        await own.Active.WaitAsync(until.Token);
        try
        {
            while (true)
            {
                own.Current ??= new(await own.Queue.Reader.ReadAsync(until.Token), Redelivered: false);
                var finished = await _redelivery.HandleAsync(own.Current, handle, until.Token);
                if (!finished) SetAside(own.Current.Batch.Header);
                own.Current = null;
            }
        }
        finally
        {
            // Whoever consumes next begins with the delivery that was not finished.
            if (own.Current is { } unfinished) own.Current = unfinished with { Redelivered = true };
            own.Active.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        foreach (var partition in _partitions) partition.Queue.Writer.TryComplete();
    }

    private async Task WaitForRoomAsync(Partition partition, RecordBatch batch, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(PublishDeadline, _time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token, _closed.Token);
        try
        {
            await partition.Queue.Writer.WriteAsync(batch, waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            BusMetrics.Unconfirmed.Add(1);
            throw new TransportUnavailableException($"Partition {batch.Header.Partition} stayed full for {PublishDeadline.TotalSeconds} s");
        }
        catch (ChannelClosedException closed)
        {
            throw new TransportUnavailableException("The transport is closed", closed);
        }
    }

    // There is no broker to keep it: the stream's source sends it again when the gap is found.
    private void SetAside(BatchHeader header) =>
        _logger.LogCritical("Batch {Stream}/{Epoch}/{Sequence} is set aside: its handler fails on it", header.Stream, header.Epoch, header.Sequence);

    private sealed class Partition
    {
        public Channel<RecordBatch> Queue { get; } = Channel.CreateBounded<RecordBatch>(new BoundedChannelOptions(Capacity) { SingleReader = true });

        /// <summary>Held by the one active consumer.</summary>
        public SemaphoreSlim Active { get; } = new(1);

        /// <summary>Taken from the queue and not finished; only touched by the holder of <see cref="Active"/>.</summary>
        public RecordDelivery? Current { get; set; }
    }
}
