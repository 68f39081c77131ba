using System.Data;
using Npgsql;

namespace Exchange.Hosting.Database;

/// <summary>
/// A transaction on a connection of its own that has just answered. It may be disposed of although its session died under a call that the driver does not let end: that call is left
/// behind, and the connection is closed when it has ended.
/// </summary>
public sealed class LiveTransaction : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;
    private Task _ending = Task.CompletedTask;

    private LiveTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) => (Connection, _transaction) = (connection, transaction);

    public NpgsqlConnection Connection { get; }

    public static async Task<LiveTransaction> BeginAsync(NpgsqlDataSource database, IsolationLevel isolation, CancellationToken cancellation)
    {
        var connection = await database.OpenLiveAsync(cancellation);
        try
        {
            return new LiveTransaction(connection, await connection.BeginLiveAsync(isolation, cancellation));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a call that no token ends, such as the end of a COPY; nothing else may be asked of the connection where it fails.</summary>
    /// <exception cref="NpgsqlException">The session is dead; at the server it is ended.</exception>
    public async Task EndAsync(Func<Task> call)
    {
        using var guard = new SessionGuard(Connection, CancellationToken.None) { Parting = SessionGuard.ShortParting };
        _ending = call();
        await guard.WatchAsync(_ending);
    }

    public async Task CommitAsync(CancellationToken cancellation)
    {
        using var guard = new SessionGuard(Connection, cancellation);
        await guard.WatchAsync(_transaction.CommitAsync(guard.Token));
    }

    public ValueTask DisposeAsync() => LiveSessions.CloseAfterAsync(_ending, CloseAsync);

    private async ValueTask CloseAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
