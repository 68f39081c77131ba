using Exchange.Contracts.Records;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// Checks the rows of a batch and copies them, run by run: while the database takes one run, the next is checked. Whatever is wrong with the batch as a whole shows
/// only at its end; the copy is then given up with its transaction, and the batch is taken by the careful way.
/// </summary>
internal static class CheckedCopy
{
    private const int RunBytes = 128 * 1024;

    /// <param name="statement">A COPY that takes what <paramref name="frame"/> makes.</param>
    /// <param name="frame">Frames the good rows from a place on; the last run has the file's trailer, the first one its header.</param>
    /// <returns>The checked rows, all of them copied; or null where the batch has to be taken by the careful way, in a new transaction.</returns>
    public static async Task<CheckedBatch?> RunAsync(
        IngestConnection connection, IngestTarget target, RecordBatch batch, BatchPolicy policy, string statement, Frame frame, CancellationToken cancellation)
    {
        using var rows = new CheckedBatch(batch, target.Validator);
        // The server's verdict on the rows comes with the end of the copy, on dispose.
        await using var copy = await connection.Connection.BeginRawBinaryCopyAsync(statement, cancellation);
        do
        {
            var (isFirst, from) = (rows.RowCount == 0, rows.GoodCount);
            var isSound = rows.Advance(RunBytes) is null && (!rows.IsAtEnd || (rows.Finish() is null && !policy.IsOver(rows)));
            if (!isSound)
            {
                await copy.CancelAsync();
                return null;
            }

            await copy.WriteAsync(frame(rows, from, isFirst, rows.IsAtEnd), cancellation);
        }
        while (!rows.IsAtEnd);
        return rows;
    }

    /// <param name="from">Place of the first good row that belongs to this run.</param>
    public delegate ReadOnlyMemory<byte> Frame(CheckedBatch batch, int from, bool isFirst, bool isLast);
}
