using Exchange.Catalog.Resources;
using Exchange.Contracts.Records;
using Npgsql;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// Finds the rows that the store refuses although the validator passed them. That is a defect of the exchange: it must not stop the stream,
/// and it must not go unnoticed. Halves the batch until single rows are left; nothing is kept.
/// </summary>
internal static class RefusedRows
{
    public static async Task<HashSet<long>> FindAsync(IngestConnection connection, RecordBatch records, CancellationToken cancellation)
    {
        var refused = new HashSet<long>();
        await using var transaction = await connection.BeginAsync(cancellation);
        var place = await BatchIngest.LockAsync(connection.Connection, records.Header.Stream, cancellation);
        if (place is null || await connection.TargetAsync(place, records.Header.SchemaFingerprint, cancellation) is not { } target) return refused;
        var check = CheckedBatch.Check(records, target.Validator);
        if (check.IsError) return refused;
        var batch = check.Value;
        var waiting = new Stack<RowPlace[]>([batch.Good.ToArray()]);
        while (waiting.TryPop(out var rows))
        {
            if (rows.Length == 0 || await IsTakenAsync(connection, target, batch, rows, transaction, cancellation)) continue;
            if (rows.Length == 1) refused.Add(rows[0].Number);
            else
            {
                waiting.Push(rows[(rows.Length / 2)..]);
                waiting.Push(rows[..(rows.Length / 2)]);
            }
        }

        await transaction.RollbackAsync(cancellation);
        return refused;
    }

    private static async Task<bool> IsTakenAsync(
        IngestConnection connection, IngestTarget target, CheckedBatch batch, RowPlace[] rows, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        const string before = "attempt";
        await transaction.SaveAsync(before, cancellation);
        try
        {
            await connection.StageAsync(target, connection.Rows.ForStage(batch, rows), rows.Length, cancellation);
            var columns = StoreColumns.List(target.Schema.Fields, StoreColumns.Column);
            await using var insert = new NpgsqlCommand(
                $"INSERT INTO {StoreColumns.Store(target.Name)} ({columns}, _offset) SELECT {columns}, 0 FROM {target.Stage} WHERE _op = 'U' ON CONFLICT DO NOTHING",
                connection.Connection);
            await insert.ExecuteNonQueryAsync(cancellation);
            return true;
        }
        catch (PostgresException e) when (IsAboutRows(e))
        {
            return false;
        }
        finally
        {
            await transaction.RollbackAsync(before, cancellation);
            connection.RolledBack();
        }
    }

    /// <summary>Data exceptions, constraints other than the key, and limits such as the largest index entry.</summary>
    public static bool IsAboutRows(PostgresException e) =>
        e.SqlState.StartsWith("22", StringComparison.Ordinal)
        || (e.SqlState.StartsWith("23", StringComparison.Ordinal) && e.SqlState != PostgresErrorCodes.UniqueViolation)
        || e.SqlState.StartsWith("54", StringComparison.Ordinal);
}
