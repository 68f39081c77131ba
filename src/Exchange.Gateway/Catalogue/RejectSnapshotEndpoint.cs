using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Database;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>POST /v1/streams/{resource}/reject</c>: the owner or the bureau rejects a snapshot that is held for its deletes, with a reason.</summary>
internal static class RejectSnapshotEndpoint
{
    internal sealed record Body(string Reason);

    public static Task HandleAsync(HttpContext http, string resource, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "reject_snapshot", ResourceOwner.OwnerOrBureau, async (caller, cancellation) =>
        {
            var body = await Desk.BodyAsync<Body>(http);
            if (body.IsError) return body.Error;
            var access = await ResourceOwner.CheckAsync(caller, resource, bureauToo: true, database, cancellation);
            if (access.IsError) return access.Error;
            var stream = await ReleaseStreamEndpoint.FindStreamAsync(resource, database, cancellation);
            if (stream.IsError) return stream.Error;
            var rejected = await desk.CommandAsync<RejectSnapshot, StreamStatus>(new RejectSnapshot(stream.Value, body.Value.Reason, caller.ClientId), cancellation);
            return rejected.Map(r => Desk.Ok(r));
        });
}
