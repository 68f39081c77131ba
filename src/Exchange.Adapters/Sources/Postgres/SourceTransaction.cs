using System.Data;
using System.Runtime.CompilerServices;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>One read-only repeatable-read transaction at the source: all that is read in it is of one moment.</summary>
internal sealed class SourceTransaction : IAsyncDisposable
{
    // The scan begins at the table's start, so that an unchanged table reads the same twice; a waiting DDL statement does not block us for long.
    private const string SettingsSql = """
        SELECT set_config('TimeZone', $1, true),
               set_config('DateStyle', 'ISO', true),
               set_config('synchronize_seqscans', 'off', true),
               set_config('lock_timeout', '30s', true),
               set_config('statement_timeout', '0', true)
        """;

    private readonly NpgsqlTransaction _transaction;

    private SourceTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) => (Connection, _transaction) = (connection, transaction);

    public NpgsqlConnection Connection { get; }

    /// <param name="snapshot">Name of an exported snapshot: the transaction then sees just that moment.</param>
    public static async Task<SourceTransaction> BeginAsync(NpgsqlDataSource source, string timeZone, CancellationToken cancellation, string? snapshot = null)
    {
        var connection = await source.OpenLiveAsync(cancellation);
        try
        {
            using var guard = new SessionGuard(connection, cancellation);
            // A snapshot is imported before anything else is asked; the connection has just answered.
            var transaction = snapshot is null
                ? await connection.BeginLiveAsync(IsolationLevel.RepeatableRead, cancellation)
                : await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            if (snapshot is not null)
            {
                await using var import = new NpgsqlCommand($"SET TRANSACTION SNAPSHOT '{snapshot}'", connection);
                await guard.WatchAsync(import.ExecuteNonQueryAsync(guard.Token));
            }

            await using (var readOnly = new NpgsqlCommand("SET TRANSACTION READ ONLY", connection)) await guard.WatchAsync(readOnly.ExecuteNonQueryAsync(guard.Token));
            await using (var settings = new NpgsqlCommand(SettingsSql, connection) { Parameters = { new() { Value = timeZone } } })
                await guard.WatchAsync(settings.ExecuteNonQueryAsync(guard.Token));
            return new SourceTransaction(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks something in the transaction, under a <see cref="SessionGuard"/>: a session that died unseen is found within seconds.</summary>
    public async Task<T> AskAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var guard = new SessionGuard(Connection, cancellation);
        return await guard.WatchAsync(ask(Connection, guard.Token));
    }

    /// <summary>Reads the tuples of a query, cut into runs.</summary>
    public async IAsyncEnumerable<TupleRun> CopyAsync(
        string query, int fields, BatchLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var cutter = new TupleCutter(fields, limits.Rows, limits.Bytes);
        using var guard = new SessionGuard(Connection, cancellation);
        await using var copy = await guard.WatchAsync(Connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT binary)", guard.Token));
        while (true)
        {
            var read = await guard.WatchAsync(copy.ReadAsync(cutter.Space(), guard.Token));
            if (read == 0) break;
            cutter.Filled(read);
            while (cutter.TryCut(out var run)) yield return run;
        }

        if (!cutter.Ended) throw new InvalidDataException("The source's rows ended before their trailer.");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Connection.FullState == ConnectionState.Open)
            {
                using var guard = new SessionGuard(Connection, CancellationToken.None);
                await guard.WatchAsync(_transaction.CommitAsync(guard.Token));
            }
        }
        catch (NpgsqlException lost) when (DatabaseFaults.IsUnavailable(lost))
        {
            // It has only read: what was read stays as good as it is, and the next round opens a session of its own.
        }

        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
