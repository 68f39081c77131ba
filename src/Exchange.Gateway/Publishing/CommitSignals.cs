using System.Collections.Concurrent;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;

namespace Exchange.Gateway.Publishing;

/// <summary>Where a stream stands, as far as announcements and answers have told. Safe for use by several threads.</summary>
internal sealed class StreamProgress(long epoch, long committed)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _change = Fresh();

    public long Committed { get; private set; } = committed;

    /// <summary>The sequence that the catalogue asks for, or null.</summary>
    public long? RewindTo { get; private set; }

    /// <summary>Set where something is to be asked rather than waited for.</summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>Completes with the next change. Take it before looking at the other properties.</summary>
    public Task NextChange
    {
        get
        {
            lock (_lock) return _change.Task;
        }
    }

    public void Commit(long ofEpoch, long sequence) => Change(ofEpoch, () => Committed = Math.Max(Committed, sequence));

    public void Rewind(long ofEpoch, long next) => Change(ofEpoch, () => RewindTo = next);

    public void Doubt(long ofEpoch) => Change(ofEpoch, () => IsDoubtful = true);

    /// <summary>Takes what is asked for; each is told once.</summary>
    public (long? RewindTo, bool IsDoubtful) Take()
    {
        lock (_lock)
        {
            var taken = (RewindTo, IsDoubtful);
            (RewindTo, IsDoubtful) = (null, false);
            return taken;
        }
    }

    private void Change(long ofEpoch, Action change)
    {
        if (ofEpoch != epoch) return;
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _change;
            _change = Fresh();
        }

        changed.TrySetResult();
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Hears what the catalogue announces of streams that this gateway publishes into. Listens from the first publication on.</summary>
internal sealed class CommitSignals(IControlBus bus) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<StreamId, StreamProgress> _streams = new();
    private readonly SemaphoreSlim _starting = new(1);
    private Listeners? _listeners;

    /// <summary>Follows a stream until <see cref="Leave"/>.</summary>
    public async Task<StreamProgress> FollowAsync(StreamOpened stream, CancellationToken cancellation)
    {
        await ListenAsync(cancellation);
        return _streams[stream.Stream] = new StreamProgress(stream.Epoch, stream.NextSequence - 1);
    }

    public void Leave(StreamId stream, StreamProgress progress) => _streams.TryRemove(new(stream, progress));

    public async ValueTask DisposeAsync()
    {
        if (_listeners is not null) await _listeners.DisposeAsync();
        _starting.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        await _starting.WaitAsync(cancellation);
        try
        {
            _listeners ??= await StartAsync(cancellation);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<Listeners> StartAsync(CancellationToken cancellation)
    {
        var listeners = new Listeners();
        try
        {
            await Task.WhenAll(
                listeners.AddAsync(bus.ListenAsync<BatchCommitted>(OnCommitted, cancellation)),
                listeners.AddAsync(bus.ListenAsync<StreamRewound>(OnRewound, cancellation)),
                listeners.AddAsync(bus.ListenAsync<StreamWasHeld>(OnHeld, cancellation)));
            return listeners;
        }
        catch
        {
            await listeners.DisposeAsync();
            throw;
        }
    }

    private Task OnCommitted(BatchCommitted message)
    {
        if (_streams.TryGetValue(message.Stream, out var stream)) stream.Commit(message.Epoch, message.Sequence);
        return Task.CompletedTask;
    }

    private Task OnRewound(StreamRewound message)
    {
        if (_streams.TryGetValue(message.Stream, out var stream)) stream.Rewind(message.Epoch, message.NextSequence);
        return Task.CompletedTask;
    }

    private Task OnHeld(StreamWasHeld message)
    {
        if (_streams.TryGetValue(message.Stream, out var stream)) stream.Doubt(message.Epoch);
        return Task.CompletedTask;
    }
}
