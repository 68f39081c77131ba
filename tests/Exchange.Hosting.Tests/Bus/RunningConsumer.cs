using System.Collections.Concurrent;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>Consumes a partition in the background and keeps what it was given, at each attempt.</summary>
internal sealed class RunningConsumer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _consuming;
    private readonly ConcurrentDictionary<long, int> _attempts = new();

    public RunningConsumer(IRecordTransport transport, int partition)
        : this(transport, partition, (_, _) => DeliveryOutcome.Done)
    {
    }

    public RunningConsumer(IRecordTransport transport, int partition, Func<RecordDelivery, int, DeliveryOutcome> handle)
        : this(transport, partition, (delivery, attempt, _) => Task.FromResult(handle(delivery, attempt)))
    {
    }

    /// <param name="handle">Gets the number of the attempt, from 1.</param>
    public RunningConsumer(IRecordTransport transport, int partition, Func<RecordDelivery, int, CancellationToken, Task<DeliveryOutcome>> handle) =>
        _consuming = transport.ConsumeAsync(partition, (delivery, cancellation) =>
        {
            Seen.Enqueue((delivery.Batch.Header, delivery.Batch.Body.ToArray(), delivery.Redelivered));
            return handle(delivery, _attempts.AddOrUpdate(delivery.Batch.Header.Sequence, 1, (_, n) => n + 1), cancellation);
        }, _stop.Token);

    public ConcurrentQueue<(BatchHeader Header, byte[] Body, bool Redelivered)> Seen { get; } = new();

    public IEnumerable<long> Sequences => Seen.Select(s => s.Header.Sequence);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _consuming.WaitAsync(TimeSpan.FromSeconds(30)));
        _stop.Dispose();
    }
}
