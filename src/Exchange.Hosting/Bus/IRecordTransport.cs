using Exchange.Contracts.Records;

namespace Exchange.Hosting.Bus;

/// <summary>
/// Carries batches of records from adapters to the catalogue: at least once, in order within a partition.
/// Implementations are held to one contract suite (<c>RecordTransportContract</c>).
/// </summary>
public interface IRecordTransport : IAsyncDisposable
{
    /// <summary>
    /// Hands a batch over. Completes when the broker has it safely (confirmed and routed); several calls may be under way at once, and batches
    /// are then queued in the order of the calls. The body belongs to the transport from the call on: it must not be changed or reused.
    /// </summary>
    /// <exception cref="TransportUnavailableException">Not confirmed within the deadline, returned or refused: the batch may or may not have arrived.</exception>
    Task PublishAsync(RecordBatch batch, CancellationToken cancellation);

    /// <summary>
    /// Consumes one partition until cancelled. At most one consumer of a partition is active at a time across all processes.
    /// A delivery is acknowledged only after <paramref name="handle"/> answers <see cref="DeliveryOutcome.Done"/>;
    /// where it throws or answers <see cref="DeliveryOutcome.Again"/>, it is delivered again after a pause, before any later one of the partition.
    /// A batch on which it threw ten times, other than for an unavailable database, goes to the dead letters. Reconnects by itself.
    /// The delivered body is valid until <paramref name="handle"/> completes. Ends only by <see cref="OperationCanceledException"/>.
    /// </summary>
    Task ConsumeAsync(int partition, Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation);
}

/// <param name="Redelivered">True where the broker says that it may have been delivered before.</param>
public sealed record RecordDelivery(RecordBatch Batch, bool Redelivered);

public enum DeliveryOutcome
{
    /// <summary>Committed, or known to be of no effect: forget it.</summary>
    Done,

    /// <summary>Not committed for a reason outside the batch: deliver it again.</summary>
    Again,
}

/// <summary>The transport could not confirm a batch.</summary>
public sealed class TransportUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the broker says it is short of, such as <c>low on disk</c>, where it takes nothing for that reason; else null.</summary>
    public string? Shortage { get; init; }
}
