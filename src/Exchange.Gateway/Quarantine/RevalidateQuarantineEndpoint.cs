using System.Globalization;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Database;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Quarantine;

/// <summary><c>POST /v1/quarantine/{resource}/revalidate?after=…</c>: checks open records against the current version and releases those that pass.</summary>
internal static class RevalidateQuarantineEndpoint
{
    public static Task HandleAsync(HttpContext http, string resource, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "revalidate_quarantine", ResourceOwner.OwnerOrBureau, async (caller, cancellation) =>
        {
            var parameters = QueryParameters.Only(http, "after");
            if (parameters.IsError) return parameters.Error;
            var after = 0L;
            if (parameters.Value.TryGetValue("after", out var text) && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after)) return ErrorCodes.CursorInvalid.With();
            var access = await ResourceOwner.CheckAsync(caller, resource, bureauToo: true, database, cancellation);
            if (access.IsError) return access.Error;
            var revalidated = await desk.CommandAsync<RevalidateQuarantine, QuarantineRevalidated>(new RevalidateQuarantine(resource, after, caller.ClientId), cancellation);
            return revalidated.Map(r => Desk.Ok(r));
        });
}
