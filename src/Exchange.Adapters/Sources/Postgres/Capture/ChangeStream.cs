using Exchange.Adapters.Configuration;
using Exchange.Hosting.Database;
using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.Internal;
using Npgsql.Replication.PgOutput;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>The messages of one replication slot. Each is copied into one buffer that is used again for the next.</summary>
internal sealed class ChangeStream : IAsyncDisposable
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);

    private readonly LogicalReplicationConnection _connection;
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<XLogDataMessage> _messages;
    private byte[] _message = new byte[64 * 1024];
    private Task<bool>? _pending;
    private int _length;
    private long _confirmed;
    private bool _isLeft;

    private ChangeStream(LogicalReplicationConnection connection, CancellationTokenSource stop, IAsyncEnumerable<XLogDataMessage> messages) =>
        (_connection, _stop, _messages) = (connection, stop, messages.GetAsyncEnumerator(CancellationToken.None));

    public ReadOnlySpan<byte> Message => _message.AsSpan(0, _length);

    /// <summary>The server's session that sends.</summary>
    public int Session => _connection.ProcessID;

    /// <summary>How far the server has read its log for us: between transactions, nothing of ours lies before it that was not received.</summary>
    public NpgsqlLogSequenceNumber Received => _connection.LastReceivedLsn;

    /// <summary>Up to where the platform has committed, as far as it was heard.</summary>
    public NpgsqlLogSequenceNumber Confirmed => new((ulong)Interlocked.Read(ref _confirmed));

    /// <summary>Begins to read from a place. The slot is confirmed up to there.</summary>
    public static ChangeStream Start(LogicalReplicationConnection connection, string slot, string publication, NpgsqlLogSequenceNumber from, CancellationToken cancellation)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        connection.WalReceiverStatusInterval = StatusInterval;
        Dictionary<string, string?> options = new(StringComparer.Ordinal)
        {
            ["proto_version"] = "1", ["publication_names"] = TableName.Identifier.Quote(publication), ["binary"] = "true",
        };
        var stream = new ChangeStream(
            connection, stop, connection.StartLogicalReplication(new PgOutputReplicationSlot(slot), stop.Token, from, options));
        stream.Confirm(from);
        return stream;
    }

    /// <summary>Tells the server, with the next status message, that everything before a place is committed. Never goes back. From any thread.</summary>
    public void Confirm(NpgsqlLogSequenceNumber place)
    {
        var value = (long)(ulong)place;
        for (var known = Interlocked.Read(ref _confirmed); value > known; known = Interlocked.Read(ref _confirmed))
        {
            if (Interlocked.CompareExchange(ref _confirmed, value, known) != known) continue;
            _connection.SetReplicationStatus(place);
            return;
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <returns>False where none came within the time.</returns>
    /// <exception cref="IOException">The server has ended the stream.</exception>
    public ValueTask<bool> NextAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        if (_pending is null)
        {
            var move = _messages.MoveNextAsync();
            if (move.IsCompletedSuccessfully) return TakeAsync(move.Result);
            _pending = move.AsTask();
        }

        return AwaitAsync(patience, time, cancellation);
    }

    /// <summary>The server is known to send nothing any more: what waits for it is left behind, and the connection closed when the driver has let that end.</summary>
    public void LeaveBehind() => _isLeft = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_pending is not null && !_isLeft) await ((Task)_pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await LiveSessions.CloseAfterAsync(_pending ?? Task.CompletedTask, CloseAsync);
    }

    private async ValueTask CloseAsync()
    {
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async ValueTask<bool> AwaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        if (!_pending!.IsCompleted)
        {
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(_pending, Task.Delay(patience, time, timer.Token));
            await timer.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
            if (!_pending.IsCompleted) return false;
        }

        var more = await _pending;
        _pending = null;
        return await TakeAsync(more);
    }

    private async ValueTask<bool> TakeAsync(bool more)
    {
        if (!more) throw new IOException("The source has ended the stream of changes.");
        var data = _messages.Current.Data;
        _length = checked((int)data.Length);
        if (_message.Length < _length) _message = new byte[Math.Max(_length, _message.Length * 2)];
        for (var read = 0; read < _length;)
        {
            var count = await data.ReadAsync(_message.AsMemory(read, _length - read));
            if (count == 0) throw new EndOfStreamException();
            read += count;
        }

        return true;
    }
}
