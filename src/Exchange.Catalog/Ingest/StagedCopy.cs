using Exchange.Contracts.Records;

namespace Exchange.Catalog.Ingest;

/// <summary>Copies rows that are compared with the store into the staging table while they are checked.</summary>
internal static class StagedCopy
{
    public static bool IsPossible(BatchHeader header, BatchPolicy policy) =>
        header.Kind is BatchKind.Rows or BatchKind.Changes && header.RowCount > 0 && policy.AllowsHaste;

    /// <returns>The checked rows, staged with the keys of the bad ones; or null where the batch has to be taken by the careful way, in a new transaction.</returns>
    public static async Task<CheckedBatch?> CopyAsync(
        IngestConnection connection, IngestTarget target, RecordBatch batch, BatchPolicy policy, CancellationToken cancellation)
    {
        await connection.EnsureStageAsync(target, batch.Header.RowCount, cancellation);
        var rows = await CheckedCopy.RunAsync(
            connection, target, batch, policy, target.Merge.CopyToStage,
            (part, from, isFirst, isLast) => connection.Rows.ForStage(part, target.Schema, from, isFirst, isLast), cancellation);
        if (rows is not null) rows.IsStaged = true;
        return rows;
    }
}
