using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>Looks, without leaving a change behind, whether a department's server lets its changes be captured.</summary>
internal static class CaptureCheck
{
    /// <returns>Null where it does; else <see cref="ErrorCodes.CaptureNotReady"/> with all findings, each with its remedy.</returns>
    public static async Task<Error?> FindAsync(
        string adapter, NpgsqlDataSource database, PostgresSourceModel model, CaptureModel capture, ResourceSchema schema, CancellationToken cancellation)
    {
        var publication = capture.PublicationOf(adapter);
        var facts = await ServerFacts.ReadAsync(database, model.Table, capture.SlotOf(adapter), publication, cancellation);
        var findings = CaptureRules.Find(facts, model, schema, publication).ToList();
        if (facts is { HasTable: true, MaySelect: true })
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var bound = await SourceColumns.BindAsync(connection, model, schema, cancellation);
            if (bound.IsError)
            {
                // It names the same columns.
                findings.RemoveAll(f => f.Code == ErrorCodes.CaptureColumnType);
                findings.Insert(0, new ErrorDetail("source.postgres.table", bound.Error.Code, bound.Error.Data));
            }
        }

        if (findings.Count == 0 && facts.HasPublication)
        {
            var published = new Publication(publication, model, CaptureRules.PublishedColumns(facts, model, schema));
            if (await published.CheckAsync(database, cancellation) is { } finding) findings.Add(finding);
        }

        return findings.Count == 0 ? null : ErrorCodes.CaptureNotReady.WithDetails(findings, ("count", findings.Count));
    }
}
