using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Records;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>Reads the whole table at one moment.</summary>
internal static class SnapshotRound
{
    // The planner's estimate is good enough for a progress bar and costs nothing.
    private const string EstimateSql = "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = to_regclass($1)";

    /// <summary>
    /// Yields the snapshot's batches; none where the table's content has the fingerprint of the last complete snapshot.
    /// </summary>
    public static async IAsyncEnumerable<SourceItem> ReadAsync(
        PostgresSourceModel model, SourceContext context, NpgsqlDataSource database, PostgresPosition last, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var started = context.Time.GetUtcNow();
        await using var transaction = await SourceTransaction.BeginAsync(database, model.TimeZone, cancellation);
        var bound = await SourceColumns.BindAsync(transaction, model, context.Schema, cancellation);
        if (bound.IsError)
        {
            yield return new SourceProblem(bound.Error);
            yield break;
        }

        var query = $"SELECT {string.Join(", ", bound.Value.Expressions)} FROM {model.Table.Sql} WHERE {model.Filter}";
        if (last.Fingerprint is { } known && await FingerprintAsync(transaction, query, context, cancellation) == known) yield break;

        var marks = new Watermarks(transaction, model.Table, bound.Value.Mark);
        var mark = model.Mode == PostgresReadMode.Watermark ? await marks.HighestAsync(cancellation) : null;
        var estimate = await EstimateAsync(transaction, model, cancellation);
        var running = new PostgresPosition(last.SnapshotAt, last.Fingerprint, last.Mark).Write();
        yield return SourceBatch.Marker(BatchKind.SnapshotStart, running, 0);
        using var fingerprint = Begin(context);
        var rows = 0L;
        await foreach (var run in transaction.CopyAsync(query, context.Schema.Fields.Count, context.Limits, cancellation))
        {
            rows += run.Rows;
            var batch = SourceBatch.Of(BatchKind.Rows, running, run, estimate > 0 ? Math.Min(1.0, (double)rows / estimate) : null);
            fingerprint.AppendData(Encoding.ASCII.GetBytes(batch.Sha256));
            yield return batch;
        }

        var complete = new PostgresPosition(started, Convert.ToHexStringLower(fingerprint.GetHashAndReset()), mark);
        yield return SourceBatch.Marker(BatchKind.SnapshotEnd, complete.Write(), 1);
    }

    private static async Task<string> FingerprintAsync(SourceTransaction transaction, string query, SourceContext context, CancellationToken cancellation)
    {
        using var fingerprint = Begin(context);
        await foreach (var run in transaction.CopyAsync(query, context.Schema.Fields.Count, context.Limits, cancellation))
            fingerprint.AppendData(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(run.Body.Span))));
        return Convert.ToHexStringLower(fingerprint.GetHashAndReset());
    }

    /// <summary>A changed schema or batch size must not look like an unchanged table: rows that failed the old schema may pass the new one.</summary>
    private static IncrementalHash Begin(SourceContext context)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(context.Schema.Fingerprint));
        return hash;
    }

    public static async Task<long> EstimateAsync(SourceTransaction transaction, PostgresSourceModel model, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(EstimateSql, transaction.Connection) { Parameters = { new() { Value = model.Table.Sql } } };
        return await command.ScalarGuardedAsync(cancellation) is long rows ? rows : 0;
    }
}
