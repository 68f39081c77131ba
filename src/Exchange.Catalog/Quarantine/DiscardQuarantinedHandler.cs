using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Quarantine;

/// <summary>Settles one record without storing it, with a reason.</summary>
internal static class DiscardQuarantinedHandler
{
    private const int LongestReason = 500;

    public static async Task<Result<QuarantineSettled>> HandleAsync(DiscardQuarantined request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > LongestReason) return ErrorCodes.ParameterInvalid.With(("parameter", "reason"), ("reason", $"1–{LongestReason}"));
        await using var connection = await IngestConnection.OpenAsync(database, time, cancellation);
        await using var transaction = await connection.BeginAsync(cancellation);
        var opened = await QuarantineDesk.OpenAsync(connection, request.Resource, request.Publisher, cancellation);
        if (opened.IsError) return opened.Error;
        var record = (await connection.Connection.ListAsync(QuarantineSql.Find, QuarantinedRecord.Read, cancellation, request.Id, opened.Value.Place.Stream.Value)).SingleOrDefault();
        if (record is null) return ErrorCodes.QuarantineUnknown.With();
        var decision = QuarantineRules.Decide(record.State, QuarantineAction.Discard);
        if (decision.Refusal is not null) return decision.Refusal;
        var discarded = QuarantineRules.Name(QuarantineState.Discarded);
        if (decision.IsDone) return new QuarantineSettled(record.Id, discarded, record.SettledAt!.Value, null);

        var now = time.GetUtcNow();
        await connection.Connection.ExecuteAsync(QuarantineSql.Settle, cancellation, new[] { record.Id }, discarded, now, SqlValue.BigInt(null));
        await QuarantineDesk.AddActionAsync(connection.Connection, [record.Id], "discard", discarded, [], request.Reason, request.RequestedBy, now, cancellation);
        await connection.CommitAsync(transaction, cancellation);
        return new QuarantineSettled(record.Id, discarded, now, null);
    }
}
