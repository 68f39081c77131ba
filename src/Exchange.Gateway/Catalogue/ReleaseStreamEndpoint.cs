using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Database;
using Npgsql;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>POST /v1/streams/{resource}/release</c>: lets a held stream go on.</summary>
internal static class ReleaseStreamEndpoint
{
    public static Task HandleAsync(HttpContext http, string resource, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "release_stream", [ClientRoles.Bureau], async (caller, cancellation) =>
        {
            var stream = await FindStreamAsync(resource, database, cancellation);
            if (stream.IsError) return stream.Error;
            var released = await desk.CommandAsync<ReleaseStream, StreamStatus>(new ReleaseStream(stream.Value, caller.ClientId), cancellation);
            return released.Map(r => Desk.Ok(r));
        });

    /// <summary>The stream into a resource.</summary>
    public static async Task<Result<StreamId>> FindStreamAsync(string resource, GatewayDatabase database, CancellationToken cancellation)
    {
        await using var find = database.Reading.CreateCommand(CatalogueSql.StreamOfResource);
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resource });
        return await find.ExecuteScalarAsync(cancellation) is Guid stream ? StreamId.From(stream) : ErrorCodes.StreamUnknown.With();
    }
}
