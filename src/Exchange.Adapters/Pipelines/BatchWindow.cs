using Exchange.Contracts.Records;

namespace Exchange.Adapters.Pipelines;

/// <summary>
/// The batches that were read and are not known to be committed, in order. They are kept, so that whatever the bus loses can be sent again
/// without reading the source again. Safe for use by several threads.
/// </summary>
internal sealed class BatchWindow(int limit, long firstSequence)
{
    private readonly Lock _lock = new();
    private readonly List<RecordBatch> _batches = [];
    private readonly Pulse _changed = new();
    private long _committed = firstSequence - 1;
    private long _sent = firstSequence - 1;
    private bool _paused;

    /// <summary>Fires after each change.</summary>
    public Task NextChange => _changed.Next;

    /// <summary>The sequence for the next batch to add.</summary>
    public long NextSequence
    {
        get
        {
            lock (_lock) return _committed + _batches.Count + 1;
        }
    }

    public long Committed
    {
        get
        {
            lock (_lock) return _committed;
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _batches.Count == 0;
        }
    }

    public bool HasSpace
    {
        get
        {
            lock (_lock) return _batches.Count < limit;
        }
    }

    public void Add(RecordBatch batch)
    {
        lock (_lock)
        {
            if (batch.Header.Sequence != _committed + _batches.Count + 1) throw new InvalidOperationException($"Sequence {batch.Header.Sequence} is out of order.");
            _batches.Add(batch);
        }

        _changed.Fire();
    }

    /// <summary>The next batch to hand over, or null where all are, or while paused.</summary>
    public RecordBatch? TakeUnsent()
    {
        lock (_lock)
        {
            var index = (int)(_sent - _committed);
            if (_paused || index >= _batches.Count) return null;
            _sent++;
            return _batches[index];
        }
    }

    /// <summary>Forgets the batches up to <paramref name="sequence"/> and returns them.</summary>
    public IReadOnlyList<RecordBatch> Commit(long sequence)
    {
        RecordBatch[] done;
        lock (_lock)
        {
            var count = (int)Math.Clamp(sequence - _committed, 0, _batches.Count);
            if (count == 0) return [];
            done = [.. _batches.Take(count)];
            _batches.RemoveRange(0, count);
            _committed += count;
            _sent = Math.Max(_sent, _committed);
        }

        _changed.Fire();
        return done;
    }

    /// <summary>Hands over again from <paramref name="nextSequence"/> on.</summary>
    /// <returns>False where that sequence is not in the window: the platform knows something else than this adapter.</returns>
    public bool Rewind(long nextSequence)
    {
        lock (_lock)
        {
            if (nextSequence <= _committed || nextSequence > _committed + _batches.Count + 1) return false;
            _sent = Math.Min(_sent, nextSequence - 1);
        }

        _changed.Fire();
        return true;
    }

    /// <summary>While paused nothing is handed over.</summary>
    public void Pause(bool paused)
    {
        lock (_lock) _paused = paused;
        _changed.Fire();
    }
}
