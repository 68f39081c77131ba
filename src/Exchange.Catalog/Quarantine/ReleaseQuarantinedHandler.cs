using System.Text.Json;
using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Npgsql;

namespace Exchange.Catalog.Quarantine;

/// <summary>
/// Releases one record: (1) lock its stream and itself, (2) put the corrections in and check it against the current version, (3) see that nothing newer is overwritten,
/// (4) write it as a change and settle it. A refused attempt is on record too.
/// </summary>
internal static class ReleaseQuarantinedHandler
{
    private const string Action = "release";

    public static async Task<Result<QuarantineSettled>> HandleAsync(
        ReleaseQuarantined request, CatalogDatabase database, Announcements announcements, TimeProvider time, CancellationToken cancellation)
    {
        var corrections = Read(request.Corrections);
        if (corrections.IsError) return corrections.Error;
        await using var connection = await IngestConnection.OpenAsync(database, time, cancellation);
        await using var transaction = await connection.BeginAsync(cancellation);

        // 1
        var opened = await QuarantineDesk.OpenAsync(connection, request.Resource, request.Publisher, cancellation);
        if (opened.IsError) return opened.Error;
        var work = opened.Value;
        var record = (await connection.Connection.ListAsync(QuarantineSql.Find, QuarantinedRecord.Read, cancellation, request.Id, work.Place.Stream.Value)).SingleOrDefault();
        if (record is null) return ErrorCodes.QuarantineUnknown.With();
        var decision = QuarantineRules.Decide(record.State, QuarantineAction.Release);
        if (decision.Refusal is not null) return decision.Refusal;
        if (decision.IsDone) return new QuarantineSettled(record.Id, QuarantineRules.Name(record.State), record.SettledAt!.Value, record.ReleasedHead);
        if (work.Place.Feed.Loading) return ErrorCodes.ResourceLoading.With();

        // 2 and 3
        var now = time.GetUtcNow();
        var fields = corrections.Value.Keys.Order(StringComparer.Ordinal).ToArray();
        var change = record.Rewrite(work.Target.Schema, corrections.Value);
        var key = change.IsError ? change : QuarantinedRecord.Check(change.Value, work.Target.Validator);
        var refusal = key.IsError ? key.Error : await QuarantineDesk.OverwritesAsync(connection.Connection, work, record, key.Value, cancellation);
        if (refusal is not null)
        {
            await QuarantineDesk.AddActionAsync(connection.Connection, [record.Id], Action, refusal.Code.Name, fields, null, request.RequestedBy, now, cancellation);
            await connection.CommitAsync(transaction, cancellation);
            return refusal;
        }

        // 4
        var head = await QuarantineDesk.WriteAsync(connection, work, change.Value, 1, now, cancellation);
        await SettleAsync(connection.Connection, request, work, record, key.Value, head, fields, now, cancellation);
        await connection.CommitAsync(transaction, cancellation);
        announcements.Add(QuarantineDesk.Announcement(work.Place, head));
        return new QuarantineSettled(record.Id, QuarantineRules.Name(QuarantineState.Released), now, head);
    }

    private static async Task SettleAsync(
        NpgsqlConnection connection, ReleaseQuarantined request, QuarantineWork work, QuarantinedRecord record, byte[] key, long head, string[] fields, DateTimeOffset now, CancellationToken cancellation)
    {
        var released = QuarantineRules.Name(QuarantineState.Released);
        await connection.ExecuteAsync(QuarantineSql.Settle, cancellation, new[] { record.Id }, released, now, SqlValue.BigInt(head));
        await connection.ExecuteAsync(QuarantineSql.OvertakeOlder, cancellation, work.Place.Resource.Value, key, record.Id, now);
        await QuarantineDesk.AddActionAsync(connection, [record.Id], Action, released, fields, null, request.RequestedBy, now, cancellation);
    }

    private static Result<IReadOnlyDictionary<string, JsonElement>> Read(string? corrections)
    {
        try
        {
            var read = corrections is null ? [] : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(corrections);
            return new Dictionary<string, JsonElement>(read ?? [], StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return ErrorCodes.BodyInvalid.With();
        }
    }
}
