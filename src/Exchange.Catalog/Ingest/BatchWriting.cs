using Exchange.Catalog.Database;
using Exchange.Catalog.Quarantine;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;

namespace Exchange.Catalog.Ingest;

/// <summary>Where the feed stands after a batch was written.</summary>
/// <param name="Repeated">Rows of earlier batches that were taken out of the store and set aside.</param>
/// <param name="HasOpenKeys">Whether rows with a key wait in the resource's quarantine; null where that was not asked.</param>
internal sealed record Written(FeedPlace Feed, bool InSnapshot, int Repeated = 0, bool? HasOpenKeys = null);

/// <summary>
/// Writes an admitted batch inside the caller's transaction. Rows that only the store can tell to be bad are moved to the batch's bad rows.
/// </summary>
internal static class BatchWriting
{
    private const string BeforeDeletes = "SAVEPOINT before_deletes";
    private const string TakeDeletesBack = "ROLLBACK TO SAVEPOINT before_deletes";

    private static readonly HashSet<long> None = [];

    /// <summary>The rows are all checked, and go through the staging table.</summary>
    /// <returns>Fails where the duplicates found raised the bad rows over the threshold, or the end of a snapshot would delete too much: nothing is written then.</returns>
    public static Task<Result<Written>> WriteAsync(
        IngestConnection connection, IngestTarget target, StreamPlace place, CheckedBatch batch, BatchPolicy policy, DateTimeOffset now, CancellationToken cancellation) =>
        (batch.Batch.Header.Kind, place.Feed.Loading) switch
        {
            (BatchKind.SnapshotStart, _) => StartAsync(connection, target, place, cancellation),
            (BatchKind.SnapshotEnd, _) => EndAsync(connection, target, place, policy, now, cancellation),
            (BatchKind.Rows, true) => LoadStagedAsync(connection, target, place, batch, policy, cancellation),
            _ => MergeAsync(connection, target, place, batch, policy, now, cancellation),
        };

    /// <summary>
    /// A resource that never had an offset is loaded without comparing. A load that starts over begins with an empty table again: nobody reads
    /// a resource while it is loading. Offsets go on, they are never given out twice.
    /// </summary>
    private static async Task<Result<Written>> StartAsync(IngestConnection connection, IngestTarget target, StreamPlace place, CancellationToken cancellation)
    {
        if (place.Feed.Loading)
        {
            await connection.ExecuteAsync(target.FirstLoad.Empty, cancellation);
            await LoadedKeys.KeepAsync(connection, target, cancellation);
        }
        else if (place.Feed.Head > 0) await connection.ExecuteAsync(target.Merge.ForgetSeen, cancellation);
        return new Written(place.Feed with { Loading = place.Feed.Loading || place.Feed.Head == 0 }, InSnapshot: true);
    }

    private static async Task<Result<Written>> EndAsync(
        IngestConnection connection, IngestTarget target, StreamPlace place, BatchPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var feed = place.Feed;
        if (feed.Loading)
        {
            var repeated = await LoadedKeys.MakeAsync(connection, target, place, policy, now, cancellation);
            if (repeated.IsError) return repeated.Error;
            await connection.ExecuteAsync(target.FirstLoad.IndexOffsets, cancellation);
            return new Written(feed with { Loading = false }, InSnapshot: false, repeated.Value);
        }

        await connection.ExecuteAsync(BeforeDeletes, cancellation);
        var deleted = await connection.CountAsync(target.Merge.DeleteUnseen, cancellation, feed.Head, MergeSql.AllBits);
        if (!policy.IsReleased && policy.Deletions.IsWorthCounting(deleted))
        {
            var rows = deleted + await connection.CountAsync(target.Merge.CountRows, cancellation);
            if (policy.Deletions.IsExceeded(rows, deleted))
            {
                await connection.ExecuteAsync(TakeDeletesBack, cancellation);
                return ErrorCodes.SnapshotDeletesMost.With(("deleted", deleted), ("rows", rows));
            }
        }

        await connection.ExecuteAsync(target.Merge.ForgetSeen, cancellation);
        return new Written(feed with { Head = feed.Head + deleted }, InSnapshot: false);
    }

    private static async Task<Result<Written>> LoadStagedAsync(
        IngestConnection connection, IngestTarget target, StreamPlace place, CheckedBatch batch, BatchPolicy policy, CancellationToken cancellation)
    {
        await connection.StageAsync(target, connection.Rows.ForStage(batch, target.Schema), batch.RowCount, cancellation);
        if (!await TakeDuplicatesAsync(connection, target.FirstLoad.TakeDuplicates, batch, policy, cancellation)) return batch.OverThreshold();
        var inserted = await connection.Connection.ExecuteAsync(target.FirstLoad.InsertStaged, cancellation, place.Feed.Head);
        return Loaded(place, inserted);
    }

    /// <summary>After <paramref name="rows"/> rows of a first load.</summary>
    public static Written Loaded(StreamPlace place, long rows)
    {
        var head = place.Feed.Head + rows;
        return new Written(place.Feed with { Head = head, LoadEnd = head }, place.InSnapshot);
    }

    private static async Task<Result<Written>> MergeAsync(
        IngestConnection connection, IngestTarget target, StreamPlace place, CheckedBatch batch, BatchPolicy policy, DateTimeOffset now, CancellationToken cancellation)
    {
        var sql = target.Merge;
        var isSnapshot = batch.Batch.Header.Kind == BatchKind.Rows;
        var repeated = 0;
        if (place.Feed.Loading && batch.RowCount > 0)
        {
            var keys = await LoadedKeys.MakeAsync(connection, target, place, policy, now, cancellation);
            if (keys.IsError) return keys.Error;
            repeated = keys.Value;
            place = await CompareFromNowAsync(connection, target, place, cancellation);
        }

        if (!batch.IsStaged) await connection.StageAsync(target, connection.Rows.ForStage(batch, target.Schema), batch.RowCount, cancellation);
        if (isSnapshot && !await TakeDuplicatesAsync(connection, sql.TakeDuplicates, batch, policy, cancellation)) return batch.OverThreshold();
        if (place.InSnapshot && !place.Feed.Loading)
            await connection.ExecuteAsync(isSnapshot ? sql.AddSeenByRows : sql.AddSeenByChanges, cancellation);

        var (taken, hasOpenKeys) = await connection.CountAndAskAsync(
            Sql.BatchCommand(sql.Merge, place.Feed.Head, MergeSql.AllBits), Sql.BatchCommand(QuarantineSql.HasOpenKeys, place.Resource.Value), cancellation);
        return new Written(place.Feed with { Head = place.Feed.Head + taken }, place.InSnapshot, repeated, hasOpenKeys);
    }

    /// <summary>
    /// Changes between the rows of a first load: from here on it is a snapshot like any other. What is stored counts as seen, and a row that comes after its change is
    /// no duplicate.
    /// </summary>
    private static async Task<StreamPlace> CompareFromNowAsync(
        IngestConnection connection, IngestTarget target, StreamPlace place, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(target.Merge.ForgetSeen, cancellation);
        await connection.ExecuteAsync(target.Merge.AddSeenByStore, cancellation);
        await connection.ExecuteAsync(target.FirstLoad.IndexOffsets, cancellation);
        return place with { Feed = place.Feed with { Loading = false } };
    }

    private static async Task<bool> TakeDuplicatesAsync(
        IngestConnection connection, string statement, CheckedBatch batch, BatchPolicy policy, CancellationToken cancellation)
    {
        var rows = await connection.Connection.ListAsync(statement, r => r.GetInt64(0), cancellation);
        batch.SetAside(rows.Count == 0 ? None : rows.ToHashSet(), ErrorCodes.KeyDuplicate, limit: null);
        return !policy.IsOver(batch);
    }
}

/// <summary>How a batch is to be taken.</summary>
/// <param name="IsCareful">All rows are checked before the first goes to the database, and all go through the staging table.</param>
/// <param name="IsReleased">The thresholds do not count: someone has looked at the batch and released it.</param>
/// <param name="Refused">Rows that the store refused on an earlier attempt.</param>
/// <param name="Deletions">How much the end of a snapshot may delete.</param>
/// <param name="IndexedRows">A first load of no more rows keeps the index of its keys.</param>
internal sealed record BatchPolicy(bool IsCareful, bool IsReleased, IReadOnlySet<long> Refused, DeletionLimit Deletions, long IndexedRows)
{
    public static readonly BatchPolicy Normal = new(false, false, new HashSet<long>(), DeletionLimit.Standard, LoadedKeys.IndexedRows);

    /// <summary>By the careful way at once: a key that is stored already must not break the transaction of the release.</summary>
    public static readonly BatchPolicy Released = Normal with { IsReleased = true, IsCareful = true };

    /// <summary>Rows may go to the database while those behind them are being checked.</summary>
    public bool AllowsHaste => !IsCareful && Refused.Count == 0;

    public bool IsOver(CheckedBatch batch) => !IsReleased && RowThreshold.IsExceeded(batch.RowCount, batch.Bad.Count);
}
