using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Pipelines;

/// <summary>
/// Knows how a stream stands at the platform: asks where announcements stay away, sends again what was lost, notices that the stream is held or
/// that another adapter has it.
/// </summary>
internal sealed class StreamWatch(PublishingEnvironment environment, StreamOpened stream)
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>A question that was on its way when the broker went is never answered; it is cheap to ask again.</summary>
    public static readonly TimeSpan StatusWithin = TimeSpan.FromSeconds(3);

    /// <summary>How often is asked while batches are under way and nothing is announced.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);

    /// <summary>How often is asked otherwise.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    /// <summary>Without progress for this long, though the platform answers, what is under way is sent again; doubled each time.</summary>
    private static readonly TimeSpan FirstStall = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestStall = TimeSpan.FromMinutes(5);

    /// <summary>A held stream keeps its place for this long; after that the source is let go, and read again from the committed position once released.</summary>
    private static readonly TimeSpan HoldPatience = TimeSpan.FromMinutes(10);

    /// <summary>A turn of the watch takes a second, and a question more where nobody answers.</summary>
    private static readonly TimeSpan LongestTurn = Busy + StatusWithin + TimeSpan.FromSeconds(4);

    private readonly Pulse _wake = new();
    private readonly Lock _lock = new();
    private long _progressedAt = environment.Time.GetTimestamp();
    private long _lookedAt;
    private long _turnedAt = environment.Time.GetTimestamp();
    private long _rewindTo;
    private bool _look;

    public void Progressed() => Volatile.Write(ref _progressedAt, environment.Time.GetTimestamp());

    public void Rewound(long nextSequence)
    {
        lock (_lock) _rewindTo = nextSequence;
        _wake.Fire();
    }

    public void LookNow()
    {
        lock (_lock) _look = true;
        _wake.Fire();
    }

    public async Task<(SessionEnd, Error?)> RunAsync(BatchWindow window, StatusBoard board, Action<StreamStatus> onStatus, CancellationToken cancellation)
    {
        var stall = FirstStall;
        long? heldSince = null;
        (long To, long At) rewound = default;
        while (true)
        {
            Volatile.Write(ref _turnedAt, environment.Time.GetTimestamp());
            var (rewindTo, look) = await NextAsync(window, cancellation);
            // Each batch behind a gap makes the platform announce the same rewind again: once is enough.
            if (rewindTo > window.Committed && heldSince is null && (rewindTo != rewound.To || environment.Time.GetElapsedTime(rewound.At) > Busy))
            {
                if (!window.Rewind(rewindTo)) return (SessionEnd.Reopen, null);
                rewound = (rewindTo, environment.Time.GetTimestamp());
            }

            if (!look) continue;
            // What is announced while the answer is on its way is newer than the answer.
            var known = window.Committed;
            var answer = await environment.Control.RequestAsync<GetStreamStatus, StreamStatus>(new GetStreamStatus(stream.Stream), StatusWithin, cancellation);
            if (answer.IsError)
            {
                // A broker without room answers nothing either: that it has none says more.
                board.Change(s => s.Problem?.Code == ErrorCodes.BrokerFull ? s : s with { Problem = answer.Error });
                continue;
            }

            var status = answer.Value;
            if (status.Epoch > stream.Epoch) return (SessionEnd.Fenced, ErrorCodes.StreamFenced.With(("epoch", status.Epoch)));
            onStatus(status);
            if (Held(window, board, status, ref heldSince) is { } end) return end;
            if (heldSince is not null) continue;
            if (status.CommittedSequence < known)
            {
                environment.Logger.LogWarning(
                    "Stream {Stream}: the platform has committed up to {Sequence}, and announced {Known} before; it is opened again", stream.Stream, status.CommittedSequence, known);
                return (SessionEnd.Reopen, null);
            }

            stall = SendAgainAfter(stall, window);
        }
    }

    /// <summary>Watches the watch: where that stands still, nothing would find out any more what was lost, and the stream is opened again.</summary>
    public async Task<(SessionEnd, Error?)> StandstillAsync(CancellationToken cancellation)
    {
        while (environment.Time.GetElapsedTime(Volatile.Read(ref _turnedAt)) < LongestTurn) await Task.Delay(Busy, environment.Time, cancellation);
        environment.Logger.LogError("Stream {Stream}: the session stands still for {Seconds} s; it is begun again", stream.Stream, (int)LongestTurn.TotalSeconds);
        return (SessionEnd.Reopen, null);
    }

    private TimeSpan SendAgainAfter(TimeSpan stall, BatchWindow window)
    {
        if (window.IsEmpty) return FirstStall;
        if (environment.Time.GetElapsedTime(Volatile.Read(ref _progressedAt)) < stall) return stall;
        environment.Logger.LogWarning("Stream {Stream}: nothing committed for {Seconds} s; what is under way is sent again", stream.Stream, (int)stall.TotalSeconds);
        window.Rewind(window.Committed + 1);
        Progressed();
        return stall * 2 < LongestStall ? stall * 2 : LongestStall;
    }

    private (SessionEnd, Error?)? Held(BatchWindow window, StatusBoard board, StreamStatus status, ref long? heldSince)
    {
        if (status.State == "held")
        {
            var reason = ErrorCodes.StreamHeld.With(("reason", $"{status.HeldCode}: {status.HeldReason}"));
            if (heldSince is null) environment.Logger.LogWarning("Stream {Stream} is held: {Code}: {Reason}", stream.Stream, status.HeldCode, status.HeldReason);
            heldSince ??= environment.Time.GetTimestamp();
            window.Pause(true);
            board.Enter(AdapterPhase.Held, reason);
            return environment.Time.GetElapsedTime(heldSince.Value) > HoldPatience ? (SessionEnd.Held, reason) : null;
        }

        if (heldSince is null) return null;
        if (status.NoteCode == ErrorCodes.SnapshotRejected.Name) environment.Logger.LogWarning("Stream {Stream}: {Reason}", stream.Stream, status.NoteReason);
        heldSince = null;
        window.Rewind(window.Committed + 1);
        window.Pause(false);
        Progressed();
        board.Enter(window.IsEmpty ? AdapterPhase.CaughtUp : AdapterPhase.Moving);
        return null;
    }

    /// <summary>Waits for something to do; asks for a look when there was no progress for a while.</summary>
    private async Task<(long RewindTo, bool Look)> NextAsync(BatchWindow window, CancellationToken cancellation)
    {
        var wake = _wake.Next;
        var pending = Take();
        if (pending.RewindTo > 0 || pending.Look) return pending;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = await Task.WhenAny(wake, Task.Delay(Busy, environment.Time, timer.Token));
        await timer.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        pending = Take();
        var since = environment.Time.GetElapsedTime(Math.Max(_lookedAt, Volatile.Read(ref _progressedAt)));
        var look = pending.Look || (first != wake && since >= (window.IsEmpty ? Quiet : Busy));
        if (look) _lookedAt = environment.Time.GetTimestamp();
        return (pending.RewindTo, look);
    }

    private (long RewindTo, bool Look) Take()
    {
        lock (_lock)
        {
            var taken = (_rewindTo, _look);
            (_rewindTo, _look) = (0, false);
            return taken;
        }
    }
}
