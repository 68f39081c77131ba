using System.Net.Sockets;
using Npgsql;

namespace Exchange.Hosting.Database;

/// <summary>Tells what a database error means for the caller.</summary>
public static class DatabaseFaults
{
    /// <summary>
    /// True where the database cannot be reached or cannot work now (down, starting, stopping, refusing the login, out of connections, disk or memory, read-only, timeout):
    /// the same work will succeed later. Nothing is known about a commit that was under way.
    /// </summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        PostgresException server => IsUnavailableState(server.SqlState),
        NpgsqlException { InnerException: { } inner } => IsUnavailable(inner) || IsLostConnection(inner),
        // Thrown without an inner exception where the connection was broken in an earlier call or the pool has none left.
        NpgsqlException client => client.IsTransient || client.GetType() == typeof(NpgsqlException),
        AggregateException several => several.InnerExceptions.Count > 0 && several.InnerExceptions.All(IsUnavailable),
        _ => false,
    };

    /// <summary>True where the transaction lost against another one (serialization, deadlock, lock timeout) and should be run again from its start.</summary>
    public static bool IsConflict(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
    };

    private static bool IsLostConnection(Exception inner) =>
        inner is SocketException or IOException or TimeoutException or ObjectDisposedException or OperationCanceledException;

    private static bool IsUnavailableState(string state) =>
        state.StartsWith("08", StringComparison.Ordinal) // connection exception
        || state.StartsWith("53", StringComparison.Ordinal) // insufficient resources
        || state.StartsWith("58", StringComparison.Ordinal) // system error
        || state is PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.DatabaseDropped
            or PostgresErrorCodes.InvalidCatalogName // not there yet, or being restored
            or PostgresErrorCodes.InvalidPassword // while passwords are changed
            or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.IdleSessionTimeout
            or PostgresErrorCodes.ReadOnlySqlTransaction // a standby, or a primary being demoted
            or PostgresErrorCodes.QueryCanceled; // statement timeout
}
