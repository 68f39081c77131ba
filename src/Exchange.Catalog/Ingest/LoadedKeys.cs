using Exchange.Catalog.Database;
using Exchange.Catalog.Quarantine;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Npgsql;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// The index of a store table's keys during its first load. A small load keeps it, so that a wrong key shows with the first batches; a large one does without, and the index is made at the load's end, where
/// one sort is cheaper than a place found for each row. Rows of a key that came before are found then. Rows that know their line in a file keep the index: what is set aside at the end could not name it.
/// </summary>
internal static class LoadedKeys
{
    /// <summary>A load of no more rows keeps the index.</summary>
    public const long IndexedRows = 20_000;

    private const string BeforeKeys = "SAVEPOINT before_keys";
    private const string TakeKeysBack = "ROLLBACK TO SAVEPOINT before_keys";

    /// <summary>After a batch of a first load: lets go of the index where the load has become large. Looks once in so many rows.</summary>
    /// <param name="before">Last offset given out before the batch.</param>
    /// <param name="head">Last offset given out.</param>
    public static async Task PutOffAsync(
        IngestConnection connection, IngestTarget target, BatchHeader header, long before, long head, BatchPolicy policy, CancellationToken cancellation)
    {
        var every = Math.Max(policy.IndexedRows, 1);
        if ((head - 1) / every == (before - 1) / every || header.Lines is not null) return;
        if (await FindAsync(connection, target, cancellation) is { } name) await connection.ExecuteAsync(target.FirstLoad.DropKeys(name), cancellation);
    }

    /// <summary>Makes the index of an empty table, where it was let go of.</summary>
    public static async Task KeepAsync(IngestConnection connection, IngestTarget target, CancellationToken cancellation)
    {
        if (await FindAsync(connection, target, cancellation) is null) await connection.ExecuteAsync(target.FirstLoad.AddKeys, cancellation);
    }

    /// <summary>Makes the index where it was let go of. Of rows of one key the first stays, as in a batch; the others are set aside.</summary>
    /// <returns>The number of rows set aside; fails, with the table as it was, where they are over the threshold.</returns>
    public static async Task<Result<int>> MakeAsync(
        IngestConnection connection, IngestTarget target, StreamPlace place, BatchPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await FindAsync(connection, target, cancellation) is not null) return 0;
        await connection.ExecuteAsync(BeforeKeys, cancellation);
        try
        {
            await connection.ExecuteAsync(target.FirstLoad.AddKeys, cancellation);
            return 0;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await connection.ExecuteAsync(TakeKeysBack, cancellation);
        }

        var repeated = await RepeatedRows.FindAsync(connection, target, place, cancellation);
        if (!policy.IsReleased && RowThreshold.IsExceeded(repeated.Stored, repeated.Count))
        {
            await connection.ExecuteAsync(TakeKeysBack, cancellation);
            return ErrorCodes.BatchOverThreshold.With(("bad", repeated.Count), ("rows", repeated.Stored));
        }

        await RepeatedRows.SetAsideAsync(connection, target, place, now, cancellation);
        await connection.ExecuteAsync(target.FirstLoad.AddKeys, cancellation);
        return repeated.Count;
    }

    /// <summary>The name of the table's key constraint, or null where it has none.</summary>
    private static Task<string?> FindAsync(IngestConnection connection, IngestTarget target, CancellationToken cancellation) =>
        connection.Connection.ScalarAsync<string>(FirstLoadSql.FindKeys, cancellation, target.FirstLoad.Store);
}
