using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Database;

namespace Exchange.Gateway.Quarantine;

/// <summary><c>POST /v1/quarantine/{resource}/{id}/discard</c>: the owner settles a record without storing it, with a reason.</summary>
internal static class DiscardQuarantinedEndpoint
{
    internal sealed record Body(string Reason);

    public static Task HandleAsync(HttpContext http, string resource, long id, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "discard_quarantined", ResourceOwner.Owner, async (caller, cancellation) =>
        {
            var body = await Desk.BodyAsync<Body>(http);
            if (body.IsError) return body.Error;
            var access = await ResourceOwner.CheckAsync(caller, resource, bureauToo: false, database, cancellation);
            if (access.IsError) return access.Error;
            var request = new DiscardQuarantined(resource, caller.Participant, id, body.Value.Reason, caller.ClientId);
            var discarded = await desk.CommandAsync<DiscardQuarantined, QuarantineSettled>(request, cancellation);
            return discarded.Map(r => Desk.Ok(r));
        });
}
