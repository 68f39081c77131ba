using System.Buffers;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Changes;

/// <summary><c>GET /v1/changes/{resource}/cursor?at=TIME</c>: a cursor for an earlier place of the feed, from which all changes since can be read again.</summary>
internal static class ReadCursor
{
    private sealed record Query(DateTimeOffset At) : IAccessQuery
    {
        public long? FromOffset => null;
    }

    public static Task HandleAsync(HttpContext http, string resource, Gate gate, GatewayDatabase database, SealedCursor cursors) =>
        RequestPipeline.RunAsync(
            http,
            resource,
            GrantMethods.Changes,
            gate,
            _ => ValueTask.FromResult(Parse(http)),
            (access, query) => SendAsync(access, query, database, cursors));

    private static Result<Query> Parse(HttpContext http)
    {
        var parameters = QueryParameters.Only(http, "at");
        if (parameters.IsError) return parameters.Error;
        return ReplayPlace.ReadTime(parameters.Value.GetValueOrDefault("at") ?? "").Map(at => new Query(at));
    }

    private static async ValueTask<Error?> SendAsync(Access access, Query query, GatewayDatabase database, SealedCursor cursors)
    {
        var place = await ReplayPlace.FindAsync(database, access.Plan.ResourceId, query.At, access.Http.RequestAborted);
        if (place.IsError)
        {
            if (place.Error.Code == ErrorCodes.CursorExpired) ChangesQuery.LinkSnapshot(access.Http, access.Plan);
            return place.Error;
        }

        // Base 0: a reader that goes back may lack rows, so no change is kept from it.
        var cursor = cursors.Seal(SealedCursor.ForChanges, access.Plan, ChangesCursor.Pack(place.Value, 0));
        access.Http.Response.Headers[SnapshotStream.CursorHeader] = cursor;
        access.Http.Response.ContentType = RowFormats.Json;
        using var sink = new BodySink(access);
        sink.Write(Encoding.ASCII.GetBytes($$"""{"cursor":"{{cursor}}"}"""));
        return await sink.SendWholeAsync();
    }
}
