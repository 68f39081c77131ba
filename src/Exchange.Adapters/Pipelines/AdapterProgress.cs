using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Pipelines;

/// <summary>What an adapter is doing.</summary>
public enum AdapterPhase
{
    /// <summary>Reaching the platform: registering, opening the stream, getting a token.</summary>
    Connecting,

    /// <summary>Moving rows.</summary>
    Moving,

    /// <summary>Everything the source has is committed; waiting for the next round or the next change.</summary>
    CaughtUp,

    /// <summary>The stream or the target is held until people have looked; <see cref="AdapterStatus.Problem"/> says why.</summary>
    Held,

    /// <summary>Something cannot be reached; it is tried again. <see cref="AdapterStatus.Problem"/> says what.</summary>
    Retrying,

    /// <summary>Ended.</summary>
    Stopped,
}

/// <summary>The state of an adapter at one moment. Counts are since its start.</summary>
/// <param name="RowsRead">Rows and changes read from the source.</param>
/// <param name="RowsCommitted">Of those, the ones the platform (or the target database) has committed.</param>
/// <param name="RowsQuarantined">Of the committed ones, those the platform set aside. Publishing adapters only.</param>
/// <param name="Snapshots">Complete snapshots that are committed.</param>
/// <param name="Share">How much of the snapshot under way is read, from 0 to 1; null where it is not known.</param>
/// <param name="Problem">What stops it, or null.</param>
/// <param name="Position">The committed position (publishing) or cursor (receiving), or null.</param>
/// <param name="Slot">What the source's replication slot holds back; null where there is none.</param>
public sealed record AdapterStatus(
    string Adapter,
    AdapterPhase Phase,
    long RowsRead,
    long RowsCommitted,
    long RowsQuarantined,
    int Snapshots,
    double? Share,
    Error? Problem,
    string? Position,
    SlotBudget? Slot = null);

/// <summary>How much log a replication slot holds back at the source, in bytes, and how much it may.</summary>
public sealed record SlotBudget(long RetainedBytes, long BudgetBytes)
{
    /// <summary>0 to 1 and beyond.</summary>
    public double Share => RetainedBytes / (double)BudgetBytes;
}

/// <summary>Is told of each change of an adapter's state, from any thread. Must be quick and must not throw.</summary>
public interface IAdapterProgress
{
    void Report(AdapterStatus status);
}

/// <summary>Holds the current state and reports each change.</summary>
internal sealed class StatusBoard(string adapter, IAdapterProgress progress)
{
    private readonly Lock _lock = new();
    private long? _quarantinedBefore;
    private AdapterStatus _status = new(adapter, AdapterPhase.Connecting, 0, 0, 0, 0, null, null, null);

    public AdapterStatus Current
    {
        get
        {
            lock (_lock) return _status;
        }
    }

    public void Change(Func<AdapterStatus, AdapterStatus> change)
    {
        lock (_lock)
        {
            _status = change(_status);
            progress.Report(_status);
        }
    }

    /// <summary>Takes the platform's own count of quarantined rows, which is right also where announcements were lost. The first count is where this run began.</summary>
    public void Quarantined(long total)
    {
        lock (_lock)
        {
            _quarantinedBefore ??= total;
            var since = total - _quarantinedBefore.Value;
            if (since == _status.RowsQuarantined) return;
            _status = _status with { RowsQuarantined = since };
            progress.Report(_status);
        }
    }

    public void Enter(AdapterPhase phase, Error? problem = null) => Change(s => s with { Phase = phase, Problem = problem });
}
