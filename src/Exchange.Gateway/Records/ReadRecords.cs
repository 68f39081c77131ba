using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;

namespace Exchange.Gateway.Records;

/// <summary><c>GET /v1/data/{resource}</c>: a page of the granted rows, or all of them as one snapshot.</summary>
internal static class ReadRecords
{
    public static Task HandleAsync(HttpContext http, string resource, Gate gate, GatewayDatabase database, SealedCursor cursors, StreamSlots slots) =>
        RequestPipeline.RunAsync(
            http,
            resource,
            GrantMethods.Records,
            gate,
            plan => ValueTask.FromResult(RecordsQuery.Parse(http, plan, cursors)),
            (access, query) => query.Limit is null
                ? SnapshotStream.SendAsync(access, query, database, cursors, slots)
                : SendPageAsync(access, query, database, cursors));

    private static async ValueTask<Error?> SendPageAsync(Access access, RecordsQuery query, GatewayDatabase database, SealedCursor cursors)
    {
        var page = await RecordsPage.ReadAsync(access, query, database);
        if (page.IsError) return page.Error;
        if (await access.Gate.Quota.TakeAsync(access.Plan, page.Value.Rows.Count, access.Http.RequestAborted) is { } overdrawn) return overdrawn;
        var http = access.Http;
        var next = page.Value.Last is { } last ? cursors.Seal(SealedCursor.ForPage, access.Plan, SealedCursor.Pack([query.Fingerprint, .. last])) : null;
        Encoders.Headers(http, query.Format, query.Columns);
        if (next is not null) http.Response.Headers.Link = $"<{NextLink(http, next)}>; rel=\"next\"";
        using var sink = new BodySink(access);
        if (query.Format == RowFormat.Json) JsonPage.Write(sink, query.Columns, page.Value.Rows, next);
        else WriteRows(sink, Encoders.For(query.Format, query.Columns), page.Value.Rows);
        access.Rows = page.Value.Rows.Count;
        return await sink.SendWholeAsync();
    }

    private static void WriteRows(BodySink sink, IRowEncoder encoder, IReadOnlyList<RecordTuple> rows)
    {
        encoder.Begin(sink);
        foreach (var row in rows) encoder.Row(sink, row.Bytes, row.Places);
        encoder.End(sink);
    }

    private static string NextLink(HttpContext http, string cursor)
    {
        var parameters = QueryParameters.Of(http).Value.Where(p => p.Name != "cursor").Append(new QueryParameter("cursor", cursor));
        return $"{http.Request.Path}?{string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"))}";
    }
}
