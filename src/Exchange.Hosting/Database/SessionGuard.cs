using Npgsql;

namespace Exchange.Hosting.Database;

/// <summary>
/// Tells a statement that takes long from a session that is dead although neither side was told: a cut cable, a firewall that lost its state. A timeout cannot,
/// for a merge may take minutes without a byte. So while a call waits for the server, a connection of its own asks what the server is doing for it: where the
/// server waits for us as well, or knows the session no more, nothing will ever come.
/// A dead session is ended at the server too, so that it holds no locks. Of use for one session; not for calls from several threads at once.
/// </summary>
public sealed class SessionGuard : IDisposable
{
    /// <summary>For who may leave a call behind: a sound session lets go at once.</summary>
    public static readonly TimeSpan ShortParting = TimeSpan.FromSeconds(1);

    private const int AskTimeoutSeconds = 3;

    /// <summary>How often in a row both sides have to be seen waiting, with nothing moving in between. Work of our own between two statements is shorter.</summary>
    private const int Sightings = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1_500);

    private readonly NpgsqlConnection _connection;
    private readonly int _session;
    private readonly CancellationTokenSource _dead;

    /// <param name="connection">Open.</param>
    /// <param name="cancellation">Ends the guarded calls as well.</param>
    public SessionGuard(NpgsqlConnection connection, CancellationToken cancellation)
    {
        (_connection, _session) = (connection, connection.ProcessID);
        _dead = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>
    /// How long a call on a session that was found dead may take to end. The driver has calls that no token ends, such as the end of a COPY: they would last until its own time limit.
    /// After this one they are left behind, and their connection must not be touched before they have ended.
    /// </summary>
    public TimeSpan Parting { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>To be handed to the guarded calls: it ends them when the session is found dead.</summary>
    public CancellationToken Token => _dead.Token;

    /// <exception cref="NpgsqlException">The session is dead: nothing is known about what was under way.</exception>
    public ValueTask<T> WatchAsync<T>(ValueTask<T> call) => call.IsCompleted ? call : new(WatchAsync(call.AsTask()));

    /// <inheritdoc cref="WatchAsync{T}(ValueTask{T})"/>
    public async Task<T> WatchAsync<T>(Task<T> call)
    {
        await WaitAsync(call);
        return await call;
    }

    /// <inheritdoc cref="WatchAsync{T}(ValueTask{T})"/>
    public async Task WatchAsync(Task call)
    {
        await WaitAsync(call);
        await call;
    }

    /// <inheritdoc cref="WatchAsync{T}(ValueTask{T})"/>
    public ValueTask WatchAsync(ValueTask call) => call.IsCompleted ? call : new(WatchAsync(call.AsTask()));

    public void Dispose() => _dead.Dispose();

    private async Task WaitAsync(Task call)
    {
        SessionSign? last = null;
        for (var seen = 0; !await EndedAsync(call);)
        {
            var sign = await AskAsync(call);
            if (sign is null || call.IsCompleted) continue;
            seen = sign.WaitsForUs && sign == last ? seen + 1 : 1;
            last = sign;
            if (sign.IsKnown && !(sign.WaitsForUs && seen >= Sightings)) continue;
            await EndSessionAsync(sign);
            await _dead.CancelAsync();
            if (await Task.WhenAny(call, Task.Delay(Parting)) != call) throw new NpgsqlException("The session is dead, and what waited for it does not end.", new IOException());
            try
            {
                await call;
                return;
            }
            catch (Exception e)
            {
                throw new NpgsqlException("The session is dead: the server waits for us, and we for it.", new IOException(e.Message, e));
            }
        }
    }

    private static async Task<bool> EndedAsync(Task call)
    {
        if (call.IsCompleted) return true;
        using var timer = new CancellationTokenSource();
        var ended = await Task.WhenAny(call, Task.Delay(Interval, timer.Token)) == call;
        await timer.CancelAsync();
        return ended;
    }

    /// <returns>Null where the server could not be asked: then nothing is known.</returns>
    private async Task<SessionSign?> AskAsync(Task call)
    {
        try
        {
            await using var asking = await OpenAsync();
            await using var command = new NpgsqlCommand(SessionSql.Sign, asking) { Parameters = { new() { Value = _session } } };
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
            return await reader.ReadAsync(CancellationToken.None)
                ? new SessionSign(IsKnown: true, WaitsForUs: reader.GetBoolean(0), reader.GetString(1))
                : new SessionSign(IsKnown: false, WaitsForUs: false, "");
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e) && !call.IsCompleted)
        {
            return null;
        }
    }

    private async Task EndSessionAsync(SessionSign sign)
    {
        if (!sign.IsKnown) return;
        try
        {
            await using var asking = await OpenAsync();
            await using var command = new NpgsqlCommand(SessionSql.End, asking) { Parameters = { new() { Value = _session }, new() { Value = sign.Mark } } };
            await command.ExecuteScalarAsync(CancellationToken.None);
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
        {
            throw new NpgsqlException("The session is dead, and the server cannot be asked to end it.", e);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(_connection.ConnectionString) { Pooling = false, Timeout = AskTimeoutSeconds, CommandTimeout = AskTimeoutSeconds, KeepAlive = 0 };
        var asking = _connection.CloneWith(settings.ConnectionString);
        try
        {
            await asking.OpenAsync(CancellationToken.None);
            return asking;
        }
        catch
        {
            await asking.DisposeAsync();
            throw;
        }
    }

    /// <param name="Mark">Changes with whatever the session does.</param>
    private sealed record SessionSign(bool IsKnown, bool WaitsForUs, string Mark);
}
