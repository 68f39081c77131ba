using Exchange.Adapters.Pipelines;
using Exchange.Hosting.Database;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>Copies runs of tuples into a table, as they are.</summary>
internal static class RowCopy
{
    /// <returns>The number of rows.</returns>
    public static async Task<long> IntoAsync(
        LiveTransaction session, string table, IEnumerable<string> columns, IAsyncEnumerable<TupleRun> runs, Action<int> onRows, CancellationToken cancellation)
    {
        var rows = 0L;
        using var guard = new SessionGuard(session.Connection, cancellation);
        var copy = await guard.WatchAsync(
            session.Connection.BeginRawBinaryCopyAsync($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT binary)", guard.Token));
        try
        {
            await guard.WatchAsync(copy.WriteAsync(CopyFrame.Header, guard.Token));
            await foreach (var run in runs.WithCancellation(cancellation))
            {
                await guard.WatchAsync(copy.WriteAsync(run.Body, guard.Token));
                rows += run.Rows;
                onRows(run.Rows);
            }

            await guard.WatchAsync(copy.WriteAsync(CopyFrame.Trailer, guard.Token));
        }
        catch
        {
            // Closing without this would end the COPY as if it were whole.
            await session.EndAsync(async () =>
            {
                await using (copy) await copy.CancelAsync();
            });
            throw;
        }

        // The target's verdict on the rows comes with the end of the copy.
        await session.EndAsync(() => copy.DisposeAsync().AsTask());
        return rows;
    }
}
