using System.Threading.Channels;
using Exchange.Gateway.Database;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Exchange.Gateway.Audit;

/// <summary>
/// Writes the record of accesses in groups: while one group commits the next one gathers, and it is committed as soon as the last one is done.
/// One session writes a log, under an advisory lock; its index is gap-free and goes on after a restart.
/// </summary>
internal sealed partial class AuditLog(GatewayDatabase database, IOptions<GatewayOptions> options, TimeProvider time, ILogger<AuditLog> logger) : IHostedService, IDisposable
{
    private const int LargestGroup = 512;
    private const int Capacity = 65_536;
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _deadline = TimeSpan.FromMilliseconds(options.Value.AuditDeadlineMilliseconds);
    private readonly AuditRows _rows = new();
    private NpgsqlConnection? _connection;
    private int? _session;
    private long _nextIndex;
    private Task _writing = Task.CompletedTask;

    public string Name => options.Value.Log;

    /// <summary>Appends an entry and waits until it is committed.</summary>
    /// <returns>False where that did not happen within the deadline; then nothing may be answered.</returns>
    public async ValueTask<bool> CommitAsync(AuditEntry entry)
    {
        var pending = new Pending(entry, waits: true);
        if (!_queue.Writer.TryWrite(pending)) return false;
        try
        {
            await pending.Committed.WaitAsync(_deadline, time);
            return true;
        }
        catch (TimeoutException)
        {
            return !pending.Abandon();
        }
    }

    /// <summary>Appends an entry that nothing waits for. It is kept until the database takes it.</summary>
    public ValueTask AppendAsync(AuditEntry entry) => _queue.Writer.WriteAsync(new Pending(entry, waits: false));

    /// <exception cref="InvalidOperationException">Another gateway writes a log of this name.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await OpenAsync(cancellationToken))
        {
            if (time.GetElapsedTime(started) > LockPatience)
                throw new InvalidOperationException($"Another gateway writes the audit log '{Name}'. Give this one a name of its own (Gateway:Log).");
            await Task.Delay(RetryPause, time, cancellationToken);
        }

        _writing = Task.Run(() => WriteAsync(_stopping.Token), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(StopPatience);
        await _writing.WaitAsync(CancellationToken.None);
        if (_connection is not null) await _connection.DisposeAsync();
        _connection = null;
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WriteAsync(CancellationToken stopping)
    {
        var group = new List<Pending>(LargestGroup);
        var reader = _queue.Reader;
        while (await reader.WaitToReadAsync(CancellationToken.None))
        {
            while (group.Count < LargestGroup && reader.TryRead(out var pending)) group.Add(pending);
            if (!await WriteGroupAsync(group, stopping)) return;
            group.Clear();
        }
    }

    /// <returns>False where the gateway stops before the database came back.</returns>
    private async Task<bool> WriteGroupAsync(List<Pending> group, CancellationToken stopping)
    {
        var inDoubt = false;
        while (true)
        {
            try
            {
                var expected = _nextIndex;
                if (_connection is null && !await OpenAsync(stopping)) throw new NpgsqlException("The audit log's lock is not free.");
                var committed = inDoubt && _nextIndex > expected;
                if (!committed)
                {
                    group.RemoveAll(p => p.IsAbandoned);
                    if (group.Count == 0) return true;
                    inDoubt = true;
                    await CopyAsync(group, stopping);
                }

                foreach (var pending in group) pending.Commit();
                return true;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                LogGivenUp(logger, group.Count, Name);
                return false;
            }
            catch (Exception fault)
            {
                LogWriteFailed(logger, Name, fault);
                if (_connection is not null) await _connection.DisposeAsync();
                _connection = null;
                if (!await PauseAsync(stopping)) return false;
            }
        }
    }

    private async Task CopyAsync(List<Pending> group, CancellationToken stopping)
    {
        // The server's verdict comes with the end of the copy, on dispose; what stays without its trailer is refused as a whole.
        await using (var copy = await _connection!.BeginRawBinaryCopyAsync(AuditSql.Copy, stopping))
            await copy.WriteAsync(_rows.File(Name, _nextIndex, group.Select(p => p.Entry)), stopping);
        _nextIndex += group.Count;
    }

    private async Task<bool> OpenAsync(CancellationToken cancellation)
    {
        var connection = database.NewAuditConnection();
        try
        {
            await connection.OpenAsync(cancellation);
            await using var take = new NpgsqlCommand(AuditSql.LockLog, connection) { Parameters = { new() { Value = Name } } };
            if (await take.ExecuteScalarAsync(cancellation) is not true)
            {
                await EndSessionAsync(connection, cancellation);
                return false;
            }

            await using var next = new NpgsqlCommand(AuditSql.NextIndex, connection) { Parameters = { new() { Value = Name } } };
            _nextIndex = (long)(await next.ExecuteScalarAsync(cancellation))!;
            (_connection, _session) = (connection, connection.ProcessID);
            return true;
        }
        finally
        {
            if (_connection != connection) await connection.DisposeAsync();
        }
    }

    /// <summary>Ends the session that this gateway lost, where it had one.</summary>
    private async Task EndSessionAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (_session is not { } lost) return;
        await using var end = new NpgsqlCommand(AuditSql.EndSession, connection) { Parameters = { new() { Value = lost }, new() { Value = GatewayDatabase.AuditSession } } };
        await end.ExecuteScalarAsync(cancellation);
    }

    private async Task<bool> PauseAsync(CancellationToken stopping)
    {
        await Task.Delay(RetryPause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }

    [LoggerMessage(1, LogLevel.Error, "The audit log {Log} could not be written; trying again.")]
    private static partial void LogWriteFailed(ILogger logger, string log, Exception fault);

    [LoggerMessage(2, LogLevel.Critical, "{Count} entries of the audit log {Log} could not be written before the end.")]
    private static partial void LogGivenUp(ILogger logger, int count, string log);

    private sealed class Pending(AuditEntry entry, bool waits)
    {
        private const int Waiting = 0, Taken = 1, Abandoned = 2;
        private readonly TaskCompletionSource? _committed = waits ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        private int _state;

        public AuditEntry Entry => entry;

        public Task Committed => _committed!.Task;

        public bool IsAbandoned => Volatile.Read(ref _state) == Abandoned;

        /// <returns>False where it was committed all the same.</returns>
        public bool Abandon() => Interlocked.CompareExchange(ref _state, Abandoned, Waiting) == Waiting;

        public void Commit()
        {
            Interlocked.CompareExchange(ref _state, Taken, Waiting);
            _committed?.TrySetResult();
        }
    }
}
