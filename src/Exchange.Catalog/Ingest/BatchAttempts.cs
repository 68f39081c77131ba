using Exchange.Contracts.Records;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// Takes a batch by the quickest way, and again by a slower one where its end or the store objects: a key that is stored already sends the copy through the staging
/// table, a row that the store refuses is found and set aside.
/// </summary>
internal static class BatchAttempts
{
    public static async Task<IngestOutcome> RunAsync(
        IngestConnection connection, RecordBatch batch, BatchPolicy policy, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var outcome = await BatchIngest.AttemptAsync(connection, batch, policy, time, cancellation);
                if (!ReferenceEquals(outcome, IngestOutcome.Abandoned)) return outcome;
                policy = policy with { IsCareful = true };
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation && !policy.IsCareful)
            {
                policy = policy with { IsCareful = true };
            }
            catch (PostgresException e) when (RefusedRows.IsAboutRows(e) && policy.Refused.Count == 0)
            {
                var refused = await RefusedRows.FindAsync(connection, batch, cancellation);
                log.LogCritical(
                    "The store refused {Count} rows of batch {Sequence} of stream {Stream} with {SqlState} although they were checked. This is a defect of the exchange",
                    refused.Count,
                    batch.Header.Sequence,
                    batch.Header.Stream,
                    e.SqlState);
                if (refused.Count == 0) throw;
                policy = policy with { Refused = refused };
            }
        }
    }
}
