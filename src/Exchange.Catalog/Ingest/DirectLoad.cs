using Exchange.Contracts.Records;

namespace Exchange.Catalog.Ingest;

/// <summary>Copies the rows of a first load straight into the store while they are checked.</summary>
internal static class DirectLoad
{
    public static bool IsPossible(BatchHeader header, StreamPlace place, BatchPolicy policy) =>
        header.Kind == BatchKind.Rows && place.Feed.Loading && policy.AllowsHaste;

    /// <returns>The checked rows, all good ones written; or null where the batch has to be taken by the careful way, in a new transaction.</returns>
    public static Task<CheckedBatch?> CopyAsync(
        IngestConnection connection, IngestTarget target, RecordBatch batch, long head, BatchPolicy policy, CancellationToken cancellation) =>
        CheckedCopy.RunAsync(
            connection, target, batch, policy, target.FirstLoad.CopyToStore,
            (rows, from, isFirst, isLast) => connection.Rows.WithOffsets(rows, from, head, isFirst, isLast), cancellation);
}
