using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;
using Exchange.Gateway.Records;
using Npgsql;

namespace Exchange.Gateway.Lookups;

/// <summary><c>GET /v1/data/{resource}/{key}</c>: one granted record by its key.</summary>
internal static class LookUp
{
    internal sealed record Query(string[] Key) : IAccessQuery
    {
        public long? FromOffset => null;
    }

    public static Task HandleAsync(HttpContext http, string resource, Gate gate, GatewayDatabase database) =>
        RequestPipeline.RunAsync(
            http,
            resource,
            GrantMethods.Lookup,
            gate,
            plan => ValueTask.FromResult(Parse(http, plan)),
            (access, query) => SendAsync(access, query, database));

    private static Result<Query> Parse(HttpContext http, GrantPlan plan)
    {
        if (RowFormats.Choose(http, RowFormat.Json) is { IsError: true } unacceptable) return unacceptable.Error;
        if (QueryParameters.Only(http) is { IsError: true } surplus) return surplus.Error;
        // A pseudonym cannot be turned into the key it stands for: there is nothing to look up by.
        if (!plan.KeysAreOpen) return ErrorCodes.MethodNotGranted.With(("method", GrantMethods.Lookup));
        var key = KeyPath.Read(http, plan.Schema.Keys);
        return key.IsError ? key.Error : new Query(key.Value);
    }

    private static async ValueTask<Error?> SendAsync(Access access, Query query, GatewayDatabase database)
    {
        var tuple = await FindAsync(access, query, database);
        if (tuple.IsError) return tuple.Error;
        if (await access.Gate.Quota.TakeAsync(access.Plan, 1, access.Http.RequestAborted) is { } overdrawn) return overdrawn;
        Encoders.Headers(access.Http, RowFormat.Json, access.Plan.Columns);
        using var sink = new BodySink(access);
        access.Plan.Lookup.Write(sink, tuple.Value);
        access.Rows = 1;
        return await sink.SendWholeAsync();
    }

    private static async ValueTask<Result<RecordTuple>> FindAsync(Access access, Query query, GatewayDatabase database)
    {
        var cancellation = access.Http.RequestAborted;
        await using var connection = await database.Reading.OpenConnectionAsync(cancellation);
        await using var command = access.Plan.Lookup.Command(connection, query.Key);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (await reader.ReadAsync(cancellation)) return RecordTuple.From(reader.GetFieldValue<byte[]>(0), access.Plan.Columns.Count);
        }

        return await FeedState.IsLoadingAsync(connection, access.Plan.ResourceId, cancellation) ? ErrorCodes.ResourceLoading.With() : ErrorCodes.RecordNotFound.With();
    }
}
