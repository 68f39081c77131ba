using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Pipelines;

/// <summary>Why a session ended.</summary>
internal enum SessionEnd
{
    /// <summary>Something was lost or is in doubt: open the stream again.</summary>
    Reopen,

    /// <summary>The stream is held: wait for its release, then open it again.</summary>
    Held,

    /// <summary>Another adapter has opened the stream.</summary>
    Fenced,
}

/// <summary>
/// One opening of a stream, under one epoch. Loops run side by side: the pump reads the source into the window, the sender hands the window's
/// batches over in order, and the watch asks what is committed when announcements stay away. A fourth sees to it that the watch goes on.
/// </summary>
internal sealed class PublishingSession(PublishingAdapter adapter, PublishingEnvironment environment, StatusBoard board, StreamOpened stream, string fingerprint)
{
    private static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(5);

    private readonly BatchWindow _window = new(adapter.Batches.InFlight, stream.NextSequence);
    private readonly StreamWatch _watch = new(environment, stream);
    private IRecordSource? _source;

    public async Task<(SessionEnd End, Error? Problem)> RunAsync(IRecordSource source, CancellationToken cancellation)
    {
        _source = source;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var listening = new Listeners();
        Task<(SessionEnd, Error?)>[] loops =
        [
            PumpAsync(source, ending.Token), SendAsync(ListenAsync(listening, ending.Token), ending.Token), _watch.RunAsync(_window, board, OnStatus, ending.Token),
            _watch.StandstillAsync(ending.Token),
        ];
        try
        {
            return await await Task.WhenAny(loops);
        }
        finally
        {
            // Whatever hangs at the cancellation must not hold up the next session.
            var settled = Task.WhenAll([ending.CancelAsync(), .. loops.Select(SettleAsync)]);
            if (await Task.WhenAny(settled, Task.Delay(SettleWithin, environment.Time, CancellationToken.None)) != settled)
                environment.Logger.LogError("Adapter {Adapter}: a session did not end within {Seconds} s and is left behind", adapter.Name, (int)SettleWithin.TotalSeconds);
        }
    }

    /// <summary>Hears what the platform tells of this stream. The queues are made side by side, and while the source is being opened: each takes a good while.</summary>
    private Task ListenAsync(Listeners listening, CancellationToken cancellation) => Task.WhenAll(
        listening.AddAsync(environment.Control.ListenAsync<BatchCommitted>(OnCommitted, cancellation)),
        listening.AddAsync(environment.Control.ListenAsync<StreamRewound>(OnRewound, cancellation)),
        listening.AddAsync(environment.Control.ListenAsync<StreamWasHeld>(OnHeld, cancellation)));

    private async Task SettleAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // Asked for: another loop ended the session.
        }
        catch (Exception e)
        {
            environment.Logger.LogDebug(e, "Adapter {Adapter}: a loop of the session failed", adapter.Name);
        }
    }

    private async Task<(SessionEnd, Error?)> PumpAsync(IRecordSource source, CancellationToken cancellation)
    {
        await foreach (var item in source.ReadAsync(new CommittedPosition(stream.Position, stream.InSnapshot), cancellation))
        {
            switch (item)
            {
                case SourceBatch batch:
                    await WaitAsync(w => w.HasSpace, cancellation);
                    _window.Add(Seal(batch));
                    board.Change(s => s with
                    {
                        Phase = s.Phase == AdapterPhase.Held ? s.Phase : AdapterPhase.Moving, RowsRead = s.RowsRead + batch.Rows, Share = batch.Share,
                    });
                    break;
                case SourceIdle:
                    await WaitAsync(w => w.IsEmpty, cancellation);
                    board.Enter(AdapterPhase.CaughtUp, board.Current.Problem);
                    break;
                case SourceNotice notice:
                    environment.Logger.LogWarning("Adapter {Adapter}: {Notice}", adapter.Name, notice.Error.ToString());
                    if (notice.Error.Code == ErrorCodes.ResyncRequired) await NoteAsync(notice, cancellation);
                    break;
                case SourceUnready unready:
                    await WaitAsync(w => w.IsEmpty, cancellation);
                    return (SessionEnd.Reopen, unready.Error);
                case SourceProblem problem:
                    await WaitAsync(w => w.IsEmpty, cancellation);
                    return await HoldAsync(problem, cancellation);
                default:
                    throw new NotSupportedException(item.GetType().Name);
            }
        }

        return (SessionEnd.Reopen, null);
    }

    /// <summary>Tells the platform what its people should see. Where it cannot be told now, the log and the source's own state still say it.</summary>
    private async Task NoteAsync(SourceNotice notice, CancellationToken cancellation)
    {
        var note = new NoteStream(stream.Stream, stream.Epoch, notice.Error.Code.Name, notice.Error.Text(Language.En));
        var answer = await environment.Control.RequestAsync<NoteStream, StreamStatus>(note, StreamWatch.Deadline, cancellation);
        if (answer.IsError) environment.Logger.LogWarning("Adapter {Adapter}: the platform could not be told: {Error}", adapter.Name, answer.Error.ToString());
    }

    private async Task<(SessionEnd, Error?)> HoldAsync(SourceProblem problem, CancellationToken cancellation)
    {
        var text = problem.Error.Text(Language.En);
        var hold = new HoldStream(stream.Stream, stream.Epoch, problem.Error.Code.Name, problem.Where is null ? text : $"{problem.Where}: {text}");
        var answer = await environment.Control.RequestAsync<HoldStream, StreamStatus>(hold, StreamWatch.Deadline, cancellation);
        if (!answer.IsError) return (SessionEnd.Held, problem.Error);
        return answer.Error.Code == ErrorCodes.StreamFenced ? (SessionEnd.Fenced, answer.Error) : (SessionEnd.Reopen, answer.Error);
    }

    private RecordBatch Seal(SourceBatch batch) => new(
        new BatchHeader(stream.Stream, stream.Resource, stream.Partition, stream.Epoch, _window.NextSequence, batch.Kind, fingerprint,
            batch.Position, batch.Rows, batch.Sha256, batch.Lines),
        batch.Body);

    /// <param name="listening">Nothing is sent before what becomes of it can be heard.</param>
    private async Task<(SessionEnd, Error?)> SendAsync(Task listening, CancellationToken cancellation)
    {
        await listening;
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        var underWay = new List<Task>();
        while (true)
        {
            var change = _window.NextChange;
            while (_window.TakeUnsent() is { } batch) underWay.Add(environment.Records.PublishAsync(batch, cancellation));
            if (underWay.RemoveAll(t => t.IsCompletedSuccessfully) > 0) backoff.Reset();
            if (underWay.Exists(t => t.IsFaulted))
            {
                await RecoverAsync(underWay, backoff.Next(), cancellation);
                underWay.Clear();
                continue;
            }

            await Task.WhenAny([change, .. underWay]).WaitAsync(cancellation);
        }
    }

    /// <summary>Lets all publishes come to their end, waits, and sends all that is not committed again: duplicates have no effect.</summary>
    private async Task RecoverAsync(List<Task> underWay, TimeSpan wait, CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(underWay);
        }
        catch (TransportUnavailableException e)
        {
            environment.Logger.LogWarning(e, "Adapter {Adapter}: batches from {Sequence} on are not confirmed; they are sent again", adapter.Name, _window.Committed + 1);
            var problem = e.Shortage is { } shortage ? ErrorCodes.BrokerFull.With(("reason", shortage)) : ErrorCodes.BrokerUnavailable.With();
            board.Change(s => s with { Problem = problem });
        }

        await Task.Delay(wait, environment.Time, cancellation);
        _window.Rewind(_window.Committed + 1);
    }

    private async Task WaitAsync(Func<BatchWindow, bool> condition, CancellationToken cancellation)
    {
        while (true)
        {
            var change = _window.NextChange;
            if (condition(_window)) return;
            await change.WaitAsync(cancellation);
        }
    }

    private Task OnCommitted(BatchCommitted message)
    {
        if (message.Stream == stream.Stream && message.Epoch == stream.Epoch)
            Commit(message.Sequence, message.Position, message.RowsQuarantined);
        return Task.CompletedTask;
    }

    private void OnStatus(StreamStatus status)
    {
        Commit(status.CommittedSequence, status.Position, 0);
        if (_window.IsEmpty && status.CommittedSequence == _window.Committed) board.Quarantined(status.RowsQuarantined);
    }

    private void Commit(long sequence, string? position, int quarantined)
    {
        var done = _window.Commit(sequence);
        if (done.Count == 0) return;
        _watch.Progressed();
        if (position is not null) _source?.Acknowledge(position);
        var rows = done.Sum(b => (long)b.Header.RowCount);
        var snapshots = done.Count(b => b.Header.Kind == BatchKind.SnapshotEnd);
        board.Change(s => s with
        {
            RowsCommitted = s.RowsCommitted + rows, RowsQuarantined = s.RowsQuarantined + quarantined, Snapshots = s.Snapshots + snapshots,
            Position = position, Problem = null,
        });
    }

    private Task OnRewound(StreamRewound message)
    {
        if (message.Stream == stream.Stream && message.Epoch == stream.Epoch) _watch.Rewound(message.NextSequence);
        return Task.CompletedTask;
    }

    private Task OnHeld(StreamWasHeld message)
    {
        if (message.Stream == stream.Stream) _watch.LookNow();
        return Task.CompletedTask;
    }
}
