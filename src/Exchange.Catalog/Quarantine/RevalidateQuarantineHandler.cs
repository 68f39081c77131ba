using System.Buffers;
using System.Text.Json;
using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Quarantine;

/// <summary>
/// Checks open records against the current version, oldest first, and releases those that pass now: what a new version of the schema allows need not be sent again. One
/// call looks at a bounded number in one transaction; the answer says where to go on.
/// </summary>
internal static class RevalidateQuarantineHandler
{
    public const int MostRecords = 1_000;
    private const string Action = "revalidate";
    private static readonly Dictionary<string, JsonElement> Uncorrected = [];

    public static async Task<Result<QuarantineRevalidated>> HandleAsync(
        RevalidateQuarantine request, CatalogDatabase database, Announcements announcements, TimeProvider time, CancellationToken cancellation)
    {
        await using var connection = await IngestConnection.OpenAsync(database, time, cancellation);
        await using var transaction = await connection.BeginAsync(cancellation);
        var opened = await QuarantineDesk.OpenAsync(connection, request.Resource, publisher: null, cancellation);
        if (opened.IsError) return opened.Error.Code == ErrorCodes.QuarantineUnknown ? new QuarantineRevalidated(0, 0, null) : opened.Error;
        var work = opened.Value;
        if (work.Place.Feed.Loading) return ErrorCodes.ResourceLoading.With();

        var records = await connection.Connection.ListAsync(
            QuarantineSql.FindOpen, QuarantinedRecord.Read, cancellation, work.Place.Resource.Value, request.After, MostRecords);
        var body = new ArrayBufferWriter<byte>();
        var passed = new List<long>();
        foreach (var record in records)
        {
            var change = record.Rewrite(work.Target.Schema, Uncorrected);
            var key = change.IsError ? change : QuarantinedRecord.Check(change.Value, work.Target.Validator);
            if (key.IsError || await QuarantineDesk.OverwritesAsync(connection.Connection, work, record, key.Value, cancellation) is not null) continue;
            body.Write(change.Value);
            passed.Add(record.Id);
        }

        long? head = passed.Count > 0 ? await ReleaseAsync(connection, work, passed, body.WrittenMemory.ToArray(), request.RequestedBy, time.GetUtcNow(), cancellation) : null;
        await connection.CommitAsync(transaction, cancellation);
        if (head is { } moved) announcements.Add(QuarantineDesk.Announcement(work.Place, moved));
        return new QuarantineRevalidated(records.Count, passed.Count, records.Count == MostRecords ? records[^1].Id : null);
    }

    /// <returns>The feed's head afterwards.</returns>
    private static async Task<long> ReleaseAsync(
        IngestConnection connection, QuarantineWork work, List<long> passed, byte[] body, string requestedBy, DateTimeOffset now, CancellationToken cancellation)
    {
        var head = await QuarantineDesk.WriteAsync(connection, work, body, passed.Count, now, cancellation);
        var released = QuarantineRules.Name(QuarantineState.Released);
        await connection.Connection.ExecuteAsync(QuarantineSql.Settle, cancellation, passed.ToArray(), released, now, SqlValue.BigInt(head));
        await QuarantineDesk.AddActionAsync(connection.Connection, [.. passed], Action, released, [], null, requestedBy, now, cancellation);
        return head;
    }
}
