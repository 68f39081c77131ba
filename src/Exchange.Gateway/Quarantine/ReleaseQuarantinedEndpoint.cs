using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Database;

namespace Exchange.Gateway.Quarantine;

/// <summary><c>POST /v1/quarantine/{resource}/{id}/release</c>: the owner puts a record right and releases it into the feed.</summary>
internal static class ReleaseQuarantinedEndpoint
{
    /// <param name="Fields">The fields to be put right and their values; absent to release the record as it is.</param>
    internal sealed record Body(JsonElement? Fields = null);

    public static Task HandleAsync(HttpContext http, string resource, long id, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "release_quarantined", ResourceOwner.Owner, async (caller, cancellation) =>
        {
            var body = await Desk.BodyAsync<Body>(http);
            if (body.IsError) return body.Error;
            if (body.Value.Fields is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null) }) return ErrorCodes.BodyInvalid.With();
            var access = await ResourceOwner.CheckAsync(caller, resource, bureauToo: false, database, cancellation);
            if (access.IsError) return access.Error;
            var corrections = body.Value.Fields is { ValueKind: JsonValueKind.Object } fields ? fields.GetRawText() : null;
            var request = new ReleaseQuarantined(resource, caller.Participant, id, corrections, caller.ClientId);
            var released = await desk.CommandAsync<ReleaseQuarantined, QuarantineSettled>(request, cancellation);
            return released.Map(r => Desk.Ok(r));
        });
}
