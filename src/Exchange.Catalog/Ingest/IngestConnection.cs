using System.Data;
using Exchange.Catalog.Database;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// One connection with what ingest keeps on it: staging tables, compiled versions and a buffer. Used by one batch at a time; thrown away after a fault.
/// </summary>
internal sealed class IngestConnection : IAsyncDisposable
{
    private const int LongTimeoutSeconds = 600;

    /// <summary>A session that answered so recently is not asked whether it still does; one that has died since is found by who watches it.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(Guid Resource, string Fingerprint, int Current), IngestTarget> _targets = [];
    private readonly Stages _stages = new();
    private readonly TimeProvider _time;
    private long? _committedAt;

    private IngestConnection(NpgsqlConnection connection, TimeProvider time) => (Connection, _time) = (connection, time);

    public NpgsqlConnection Connection { get; }

    public CopyRows Rows { get; } = new();

    public static async Task<IngestConnection> OpenAsync(CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        var connection = await database.OpenAsync(cancellation);
        try
        {
            await connection.ExecuteAsync(IngestSql.Session, cancellation);
            return new IngestConnection(connection, time);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <returns>Null where the resource has no version with that fingerprint.</returns>
    public async Task<IngestTarget?> TargetAsync(StreamPlace place, string fingerprint, CancellationToken cancellation)
    {
        var key = (place.Resource.Value, fingerprint, place.CurrentVersion);
        if (_targets.TryGetValue(key, out var known)) return known;
        var target = await IngestTarget.FindAsync(Connection, place, fingerprint, cancellation);
        if (target is not null) _targets.Add(key, target);
        return target;
    }

    /// <summary>Begins a transaction; staging tables made in one that was rolled back are made again. While batches follow each other, the session is not asked first whether it lives.</summary>
    public async Task<NpgsqlTransaction> BeginAsync(CancellationToken cancellation)
    {
        _stages.RolledBack();
        return _committedAt is { } at && _time.GetElapsedTime(at) < Fresh
            ? await Connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation)
            : await Connection.BeginLiveAsync(IsolationLevel.ReadCommitted, cancellation);
    }

    /// <summary>After a rollback, also to a savepoint before the first row was staged.</summary>
    public void RolledBack() => _stages.RolledBack();

    /// <param name="last">A statement that goes to the server along with the commit, as does what empties the staging tables: one wait for all.</param>
    public async Task CommitAsync(NpgsqlTransaction transaction, CancellationToken cancellation, NpgsqlBatchCommand? last = null)
    {
        List<NpgsqlBatchCommand> before = [.. _stages.Emptying.Select(s => Sql.BatchCommand(s))];
        if (last is not null) before.Add(last);
        if (before.Count == 0) await transaction.CommitAsync(cancellation);
        else await RunAsync([.. before, Sql.BatchCommand(IngestSql.Commit)], cancellation);
        _committedAt = _time.GetTimestamp();
        _stages.Committed();
    }

    /// <summary>Puts rows into the version's staging table.</summary>
    public async Task StageAsync(IngestTarget target, ReadOnlyMemory<byte> copy, int rows, CancellationToken cancellation)
    {
        await EnsureStageAsync(target, rows, cancellation);
        await CopyAsync(target.Merge.CopyToStage, copy, cancellation);
    }

    /// <summary>Makes the version's staging table where there is none yet. It is empty at the start of every transaction.</summary>
    /// <param name="rows">So many, at most, are going to be put into it.</param>
    public async Task EnsureStageAsync(IngestTarget target, int rows, CancellationToken cancellation)
    {
        if (_stages.Fill(target.Stage, rows)) await Connection.ExecuteAsync(target.Merge.CreateStage, cancellation);
    }

    /// <param name="copy">A whole binary COPY file.</param>
    public async Task CopyAsync(string statement, ReadOnlyMemory<byte> copy, CancellationToken cancellation)
    {
        // The server's verdict on the rows comes with the end of the copy, on dispose.
        await using var stream = await Connection.BeginRawBinaryCopyAsync(statement, cancellation);
        await stream.WriteAsync(copy, cancellation);
    }

    /// <summary>Runs statements that the server plans once per connection, with one wait for all.</summary>
    public async Task RunAsync(IEnumerable<NpgsqlBatchCommand> statements, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(Connection);
        foreach (var statement in statements) batch.BatchCommands.Add(statement);
        await batch.PrepareAsync(cancellation);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A statement over a whole batch that counts, and a yes-or-no question asked along with it: one wait for both.</summary>
    public async Task<(long Count, bool Answer)> CountAndAskAsync(NpgsqlBatchCommand counting, NpgsqlBatchCommand question, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(Connection) { Timeout = LongTimeoutSeconds, BatchCommands = { counting, question } };
        await using var r = await batch.ExecuteReaderAsync(cancellation);
        await r.ReadAsync(cancellation);
        var count = r.GetInt64(0);
        await r.NextResultAsync(cancellation);
        await r.ReadAsync(cancellation);
        return (count, r.GetBoolean(0));
    }

    /// <summary>A statement over a whole batch or table, which may take longer than a request may.</summary>
    public async Task<long> CountAsync(string statement, CancellationToken cancellation, params object[] values)
    {
        await using var command = Connection.Command(statement, values);
        command.CommandTimeout = LongTimeoutSeconds;
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task ExecuteAsync(string statement, CancellationToken cancellation)
    {
        await using var command = Connection.Command(statement);
        command.CommandTimeout = LongTimeoutSeconds;
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
