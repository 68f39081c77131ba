using Exchange.Contracts.Errors;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Database;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Gateway.Authorization;

/// <summary>
/// What clients and grants the gateway may act on. It is confirmed against the catalogue every 250 ms and at each notification; where the last confirmation was begun
/// more than a second ago by the monotonic clock, there is none: a gateway that was stopped or cut off serves nothing until it has asked again.
/// </summary>
internal sealed partial class GrantLease(GatewayDatabase database, KeyFolder keys, TimeProvider time, ILogger<GrantLease> logger) : BackgroundService
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    /// <summary>How long an access waits for the lease to come back before it is refused: a stall of the machine or a restart of the database is shorter, mostly.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(100);

    private readonly GrantCompiler _compiler = new(keys.PseudonymMaster);
    private GrantSnapshot _snapshot = GrantSnapshot.Empty;
    private TaskCompletionSource _confirmation = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _confirmedAt;
    private bool _everConfirmed;
    private CancellationTokenSource _severed = new();

    /// <summary>The clients and grants to act on now, or <see cref="ErrorCodes.LeaseLost"/>.</summary>
    public Result<GrantSnapshot> Current => IsHeld ? Volatile.Read(ref _snapshot) : ErrorCodes.LeaseLost.With();

    /// <summary>As <see cref="Current"/>, but where the lease is not held, it is waited for, up to <see cref="Patience"/>. Nothing leaves meanwhile.</summary>
    public ValueTask<Result<GrantSnapshot>> CurrentAsync(CancellationToken cancellation) => IsHeld ? new(Current) : AwaitAsync(() => IsHeld, cancellation);

    /// <summary>As <see cref="Current"/>, of a confirmation that begins after this call, so that it knows what a command changed before; waited for up to <see cref="Patience"/>.</summary>
    public ValueTask<Result<GrantSnapshot>> FreshAsync(CancellationToken cancellation)
    {
        var asked = time.GetTimestamp();
        return AwaitAsync(() => IsConfirmedSince(asked), cancellation);
    }

    public bool IsHeld => Volatile.Read(ref _everConfirmed) && time.GetElapsedTime(Volatile.Read(ref _confirmedAt)) < Length;

    /// <summary>Cancelled when the database has fallen silent: whatever waits for it on another session waits in vain. A new one for each time.</summary>
    public CancellationToken Severed => Volatile.Read(ref _severed).Token;

    /// <summary>What now keeps an access under this plan from going on, or null.</summary>
    public Error? Refusal(GrantPlan plan, string clientId)
    {
        var current = Current;
        if (current.IsError) return current.Error;
        if (!current.Value.Clients.TryGetValue(clientId, out var client) || client.Disabled) return ErrorCodes.TokenInvalid.With();
        if (!current.Value.Plans.TryGetValue(plan.GrantId, out var now)) return ErrorCodes.NotGranted.With();
        if (now.Refusal(time.GetUtcNow()) is { } refusal) return refusal;
        return now.GrantVersion == plan.GrantVersion ? null : ErrorCodes.CursorExpired.With();
    }

    /// <summary>As <see cref="Refusal"/>, with the patience of <see cref="CurrentAsync"/>.</summary>
    public async ValueTask<Error?> RefusalAsync(GrantPlan plan, string clientId, CancellationToken cancellation)
    {
        if (!IsHeld) await AwaitAsync(() => IsHeld, cancellation);
        return Refusal(plan, clientId);
    }

    private bool IsConfirmedSince(long asked) => Volatile.Read(ref _everConfirmed) && Volatile.Read(ref _confirmedAt) > asked;

    private async ValueTask<Result<GrantSnapshot>> AwaitAsync(Func<bool> isConfirmed, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var next = Volatile.Read(ref _confirmation).Task;
            var rest = Patience - time.GetElapsedTime(begun);
            if (isConfirmed()) return Current;
            if (rest <= TimeSpan.Zero) return ErrorCodes.LeaseLost.With();
            await Task.WhenAny(next, Task.Delay(rest, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = database.NewLeaseConnection();
                await connection.OpenAsync(stoppingToken);
                // Where this session was lost, so were the pooled ones, mostly: no reader is to find that out by a refusal.
                database.ForgetSessions();
                await using (var listen = new NpgsqlCommand(GrantSql.Listen, connection)) await listen.ExecuteNonQueryAsync(stoppingToken);
                while (true)
                {
                    await ConfirmAsync(connection, stoppingToken);
                    await connection.WaitAsync(PollInterval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogUnconfirmed(logger, DatabaseFaults.IsUnavailable(fault), fault);
                if (fault.InnerException is TimeoutException) await SeverAsync();
                await Task.Delay(ReconnectPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Not disposed of: a reader may just be taking its token, and it holds nothing but that.
    private Task SeverAsync() => Interlocked.Exchange(ref _severed, new CancellationTokenSource()).CancelAsync();

    private async Task ConfirmAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // The clock is read before the question: the answer may be as old as that.
        var begun = time.GetTimestamp();
        await using var ask = new NpgsqlCommand(GrantSql.Version, connection);
        await ask.PrepareAsync(cancellation);
        var version = (long)(await ask.ExecuteScalarAsync(cancellation))!;
        var known = _snapshot;
        if (version != known.Version)
        {
            var fresh = await LoadAsync(connection, known, cancellation);
            Volatile.Write(ref _snapshot, fresh);
            known.Supersede();
        }

        Volatile.Write(ref _confirmedAt, begun);
        Volatile.Write(ref _everConfirmed, true);
        Interlocked.Exchange(ref _confirmation, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    private async Task<GrantSnapshot> LoadAsync(NpgsqlConnection connection, GrantSnapshot known, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new(GrantSql.Version),
                new(GrantSql.Clients),
                new(GrantSql.ColumnBits),
                new(GrantSql.Grants) { Parameters = { new NpgsqlParameter<long> { TypedValue = known.Version } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var version = reader.GetInt64(0);

        await reader.NextResultAsync(cancellation);
        var clients = new List<Caller>();
        while (await reader.ReadAsync(cancellation))
            clients.Add(new(reader.GetString(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<string[]>(4), reader.GetBoolean(5)));

        await reader.NextResultAsync(cancellation);
        var bits = new Dictionary<Guid, Dictionary<string, int>>();
        while (await reader.ReadAsync(cancellation))
        {
            if (!bits.TryGetValue(reader.GetGuid(0), out var columns)) bits[reader.GetGuid(0)] = columns = new(StringComparer.Ordinal);
            columns[reader.GetString(1)] = reader.GetInt32(2);
        }

        await reader.NextResultAsync(cancellation);
        var plans = known.Plans.ToDictionary();
        while (await reader.ReadAsync(cancellation))
        {
            var row = GrantRow.Read(reader);
            var plan = _compiler.Compile(row, bits.GetValueOrDefault(row.ResourceId) ?? new(StringComparer.Ordinal));
            if (plan.Broken is { } broken) LogBroken(logger, plan.GrantId, broken.Code.Name);
            plans[row.GrantId] = plan;
        }

        return new GrantSnapshot(version, clients, plans.Values);
    }

    [LoggerMessage(1, LogLevel.Warning, "The grants could not be confirmed (database unavailable: {Unavailable}); trying again.")]
    private static partial void LogUnconfirmed(ILogger logger, bool unavailable, Exception fault);

    [LoggerMessage(2, LogLevel.Error, "Grant {Grant} cannot be compiled ({Code}); every access under it is refused.")]
    private static partial void LogBroken(ILogger logger, Guid grant, string code);
}
