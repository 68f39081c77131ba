using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;
using Exchange.Gateway.Records;
using Npgsql;

namespace Exchange.Gateway.Verification;

/// <summary>
/// <c>POST /v1/verify/{resource}</c>: whether the record with this key holds these values. Only yes or no leaves; an absent key, a row outside the grant
/// and a value that differs are all the same no.
/// </summary>
internal static class Verify
{
    public static async Task HandleAsync(HttpContext http, string resource, Gate gate, GatewayDatabase database)
    {
        var body = await RequestBody.ReadAsync(http);
        if (!body.IsError) RequestHash.Cover(http, body.Value);
        await RequestPipeline.RunAsync(
            http,
            resource,
            GrantMethods.Verify,
            gate,
            plan => ValueTask.FromResult(body.IsError ? body.Error : Parse(http, plan, body.Value)),
            (access, query) => SendAsync(access, query, database));
    }

    private static Result<VerifyQuery> Parse(HttpContext http, GrantPlan plan, byte[] body)
    {
        if (RowFormats.Choose(http, RowFormat.Json) is { IsError: true } unacceptable) return unacceptable.Error;
        return QueryParameters.Only(http) is { IsError: true } surplus ? surplus.Error : VerifyQuery.Parse(body, plan);
    }

    private static async ValueTask<Error?> SendAsync(Access access, VerifyQuery query, GatewayDatabase database)
    {
        var match = await MatchesAsync(access, query, database);
        if (match.IsError) return match.Error;
        access.Http.Response.ContentType = RowFormats.Json;
        using var sink = new BodySink(access);
        using (var json = new Utf8JsonWriter(sink))
        {
            json.WriteStartObject();
            json.WriteBoolean("match", match.Value);
            json.WriteEndObject();
        }

        return await sink.SendWholeAsync();
    }

    private static async Task<Result<bool>> MatchesAsync(Access access, VerifyQuery query, GatewayDatabase database)
    {
        var cancellation = access.Http.RequestAborted;
        var values = SqlValues.Parameters();
        var sql = VerifySql.Compare(access.Plan, query, values);
        await using var connection = await database.Reading.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        values.Bind(command.Parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation) || reader.GetBoolean(0)) return ErrorCodes.ResourceLoading.With();
        return reader.GetBoolean(1);
    }
}
