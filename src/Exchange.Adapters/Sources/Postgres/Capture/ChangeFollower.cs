using System.Runtime.CompilerServices;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// Reads the stream of changes into batches. A batch goes out when it is full, when nothing more comes for a moment (at once where nothing is under way), or when its
/// first change has waited long enough.
/// </summary>
internal sealed class ChangeFollower
{
    /// <summary>No message for this long: what there is goes out.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(2);

    /// <summary>A batch waits no longer than this for more while transactions keep coming.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(250);

    private readonly CaptureSession _session;
    private readonly ChangeStream _stream;
    private readonly ChangeBuffer _buffer;
    private readonly ChangeReader _reader;
    private readonly TableRows _rows;
    private readonly RelationTypes _types;
    private readonly Resync _resync;
    private readonly SenderWatch _sender;
    private readonly Queue<SourceItem> _out = [];
    private CapturePosition _sent;
    private NpgsqlLogSequenceNumber? _caughtUpAt;
    private DateTimeOffset _beat;
    private long _waitingSince;
    private bool _isIdle;
    private bool _isOver;

    public ChangeFollower(CaptureSession session, ChangeStream stream, CapturePosition from, NpgsqlLogSequenceNumber resyncNotBefore)
    {
        var schema = session.Context.Schema;
        (_session, _stream, _sent) = (session, stream, from);
        _buffer = new ChangeBuffer(1, schema.Fields.Count, [.. schema.Keys.Select(k => k.Ordinal)], session.Context.Limits.Bytes);
        _reader = new ChangeReader(schema, _buffer, new LocalTimes(session.Database, session.Model.TimeZone), from.At!.Value, from.Ordinal);
        _rows = new TableRows(session);
        _types = new RelationTypes(session);
        _resync = new Resync(from, resyncNotBefore);
        _sender = new SenderWatch(session.Database, session.Slot, stream.Session, session.Context.Time);
        _beat = session.Context.Time.GetUtcNow() + session.Capture.Heartbeat;
    }

    /// <summary>Between transactions, how far the stream has come.</summary>
    private NpgsqlLogSequenceNumber Place => _reader.At;

    private bool AtRest => !_reader.InTransaction;

    private TimeSpan Patience => _isIdle ? IdlePoll : _buffer.IsEmpty ? Poll : AtRest && IsNothingUnderWay ? TimeSpan.Zero : Lull;

    /// <summary>All that was sent is committed: to wait for more would save nobody work.</summary>
    private bool IsNothingUnderWay => _stream.Confirmed >= _sent.At;

    private TimeProvider Time => _session.Context.Time;

    public async IAsyncEnumerable<SourceItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!_isOver)
        {
            if (await _stream.NextAsync(Patience, Time, cancellation)) await TakeAsync(cancellation);
            else await RestAsync(cancellation);
            while (_out.TryDequeue(out var item)) yield return item;
        }
    }

    private ValueTask TakeAsync(CancellationToken cancellation)
    {
        _sender.Heard();
        var first = _buffer.Written;
        switch (_reader.Read(_stream.Message))
        {
            case Arrival.Nothing: return default;
            case Arrival.Begun:
                (_isIdle, _caughtUpAt) = (false, null);
                _resync.TransactionBegun(_reader.Transaction);
                return default;
            case Arrival.Changed:
                if (first == 0) _waitingSince = Time.GetTimestamp();
                _resync.Changed(_buffer, first);
                return IsFull ? SealAsync(cancellation) : default;
            case Arrival.Committed: return CommittedAsync(cancellation);
            case Arrival.Truncated: return TruncateAsync(cancellation);
            case Arrival.Described: return DescribeAsync(cancellation);
            case Arrival.Misfit: return MisfitAsync(cancellation);
            default: throw new NotSupportedException();
        }
    }

    private bool IsFull => _buffer.Count >= _session.Context.Limits.Rows || _buffer.Bytes >= _session.Context.Limits.Bytes;

    private async ValueTask CommittedAsync(CancellationToken cancellation)
    {
        if (!_buffer.IsEmpty && Time.GetElapsedTime(_waitingSince) > LongestWait) await SealAsync(cancellation);
        await ResyncAsync(cancellation);
    }

    /// <summary>Sends what there is.</summary>
    /// <param name="evenIfEmpty">Also where only the position moved on.</param>
    /// <param name="ordinal">Place within the transaction, where it is not that of the last change.</param>
    private async ValueTask SealAsync(CancellationToken cancellation, bool evenIfEmpty = false, long? ordinal = null)
    {
        if (_buffer.HasIncomplete)
        {
            foreach (var run in await _rows.CurrentAsync(_buffer.TakeIncomplete(), cancellation)) _buffer.AddTuples(run);
        }

        if (_resync.HasManyUnseen) _resync.Forget(await _session.SnapshotAsync(cancellation));
        if (_buffer.IsEmpty && !evenIfEmpty) return;
        Send(BatchKind.Changes, _buffer.Take(), ordinal);
    }

    private void Send(BatchKind kind, TupleRun run = default, long? ordinal = null)
    {
        _sent = _sent.MovedTo(_reader.At, ordinal ?? _reader.Ordinal) with { Unseen = _resync.Unseen.Count == 0 ? null : [.. _resync.Unseen], Resync = _resync.Position };
        _out.Enqueue(SourceBatch.Of(kind, _sent.Write(), run));
    }

    /// <summary>A snapshot without rows says just that: all rows are gone.</summary>
    private async ValueTask TruncateAsync(CancellationToken cancellation)
    {
        await SealAsync(cancellation, ordinal: _reader.Ordinal - 1);
        _resync.Truncated();
        Send(BatchKind.SnapshotStart, ordinal: _reader.Ordinal - 1);
        Send(BatchKind.SnapshotEnd);
    }

    private async ValueTask DescribeAsync(CancellationToken cancellation)
    {
        var relation = _reader.Description!;
        var bound = await _types.BindAsync(relation, cancellation);
        if (!bound.IsError) _resync.FormFits(relation.Id);
        _reader.Bind(relation.Id, bound);
    }

    /// <summary>
    /// A change of the table in a form that does not fit. Where the table does not fit now, the stream is held before that change. Where it fits again,
    /// what the log has of that time cannot be used: a snapshot by chunks takes its place. Where that was done and the form comes again, people have to look.
    /// </summary>
    private async ValueTask MisfitAsync(CancellationToken cancellation)
    {
        if (_resync.IsDue) return;
        await SealAsync(cancellation, ordinal: _reader.Ordinal - 1);
        var change = _reader.Misfit!.Data["change"];
        var reason = $"the log holds changes of the table in another form ({change})";
        var problem = await _session.DriftAsync(cancellation) ?? (_resync.WasInVain(_reader.MisfitOf, reason) ? ErrorCodes.CaptureFormUnfit.With(("change", change)) : null);
        if (problem is not null)
        {
            _out.Enqueue(new SourceProblem(problem));
            _isOver = true;
            return;
        }

        _resync.Require(_reader.MisfitOf, reason, await _session.FlushedAsync(cancellation));
        _out.Enqueue(new SourceNotice(Resync.Required(reason)));
    }

    /// <summary>Nothing came for a moment.</summary>
    private async ValueTask RestAsync(CancellationToken cancellation)
    {
        var wasQuiet = _buffer.IsEmpty;
        if (!wasQuiet && (AtRest || Time.GetElapsedTime(_waitingSince) > LongestWait)) await SealAsync(cancellation);
        if (await _sender.FindDeadAsync(cancellation) is { } dead)
        {
            _stream.LeaveBehind();
            throw dead;
        }

        if (!AtRest) return;
        _reader.MoveTo(_stream.Received);
        await ResyncAsync(cancellation);
        if (Time.GetUtcNow() >= _beat) await BeatAsync(cancellation);
        if (!wasQuiet || _isIdle || _resync.Position is not null) return;
        _caughtUpAt ??= await _session.FlushedAsync(cancellation);
        // Who hears of idleness waits for all to be committed; the platform may be silent about that for a while, and changes are to be read meanwhile.
        if (Place < _caughtUpAt || !IsNothingUnderWay) return;
        _isIdle = true;
        _out.Enqueue(new SourceIdle(_beat));
    }

    /// <summary>Now and then: looks whether the table is still what was read, and lets the position move on although nothing of ours changed.</summary>
    private async ValueTask BeatAsync(CancellationToken cancellation)
    {
        _beat = Time.GetUtcNow() + _session.Capture.Heartbeat;
        if (await _session.DriftAsync(cancellation) is not null || TableShape.Difference(_sent.Shape, await _session.ShapeAsync(cancellation)) is not null)
        {
            // Read on from the committed position: the next opening finds the difference, tells it and does what is needed.
            _isOver = true;
            return;
        }

        if (Place > _sent.At) await SealAsync(cancellation, evenIfEmpty: true);
    }

    private async ValueTask ResyncAsync(CancellationToken cancellation)
    {
        if (_resync.Position is null) return;
        if (_resync.IsDue)
        {
            if (Place < _resync.NotBefore) return;
            await SealAsync(cancellation);
            _resync.Begin();
            Send(BatchKind.SnapshotStart);
        }

        if (_resync.Pending is not { } chunk)
        {
            if (await _rows.ChunkAsync(_resync.Position.After, _resync.Unseen, cancellation) is { } next) _resync.Wait(next);
            return;
        }

        if (Place < chunk.Until) return;
        await SealAsync(cancellation);
        _resync.Sent(chunk);
        Send(BatchKind.Rows, chunk.Rows.Take());
        if (!chunk.IsLast) return;
        _resync.End();
        Send(BatchKind.SnapshotEnd);
    }
}
