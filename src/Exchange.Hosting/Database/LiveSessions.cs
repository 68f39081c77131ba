using System.Data;
using Npgsql;

namespace Exchange.Hosting.Database;

public static class LiveSessions
{
    private const int AnswerSeconds = 2;

    /// <summary>
    /// Opens a connection that has just answered. One that lay in the pool may have died unseen; where one has, the rest of the pool is not trusted either and a
    /// new one is opened. Costs a round trip: for work that is rare or long.
    /// </summary>
    public static async Task<NpgsqlConnection> OpenLiveAsync(this NpgsqlDataSource database, CancellationToken cancellation)
    {
        var pooled = await database.OpenConnectionAsync(cancellation);
        if (await AnswersAsync(pooled, cancellation)) return pooled;
        await pooled.DisposeAsync();
        database.Clear();
        return await database.OpenConnectionAsync(cancellation);
    }

    /// <summary>
    /// Begins a transaction and waits for the server to have begun it. The driver would send the beginning along with the first statement, and in this version
    /// no token ends the wait for its answer: on a dead connection that is for ever.
    /// </summary>
    public static async Task<NpgsqlTransaction> BeginLiveAsync(this NpgsqlConnection connection, IsolationLevel isolation, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(isolation, cancellation);
        await using var alive = new NpgsqlCommand(SessionSql.Alive, connection) { CommandTimeout = AnswerSeconds };
        await alive.ExecuteScalarAsync(CancellationToken.None);
        return transaction;
    }

    /// <summary>Runs a statement that may take long, under a <see cref="SessionGuard"/> and without a time limit: the size of a table is no reason to give up.</summary>
    public static async Task<int> ExecuteGuardedAsync(this NpgsqlCommand command, CancellationToken cancellation)
    {
        command.CommandTimeout = 0;
        using var guard = new SessionGuard(command.Connection!, cancellation);
        return await guard.WatchAsync(command.ExecuteNonQueryAsync(guard.Token));
    }

    /// <summary>The first column of the first row, read under a <see cref="SessionGuard"/>: for what is asked inside a transaction, where others may hold locks.</summary>
    public static async Task<object?> ScalarGuardedAsync(this NpgsqlCommand command, CancellationToken cancellation)
    {
        using var guard = new SessionGuard(command.Connection!, cancellation);
        return await guard.WatchAsync(command.ExecuteScalarAsync(guard.Token));
    }

    /// <summary>
    /// Closes what a call runs on: now, or, where a <see cref="SessionGuard"/> left the call behind, when the driver has let it end. What became of the call was told when it was left.
    /// </summary>
    public static ValueTask CloseAfterAsync(Task call, Func<ValueTask> close)
    {
        if (call.IsCompleted) return close();
        _ = CloseLaterAsync(call, close);
        return ValueTask.CompletedTask;
    }

    private static async Task CloseLaterAsync(Task call, Func<ValueTask> close)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await close();
    }

    private static async Task<bool> AnswersAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var alive = new NpgsqlCommand(SessionSql.Alive, connection) { CommandTimeout = AnswerSeconds };
            await alive.ExecuteScalarAsync(cancellation);
            return true;
        }
        catch (NpgsqlException e) when (DatabaseFaults.IsUnavailable(e))
        {
            return false;
        }
    }
}
