using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>DELETE /v1/grants/{id}?reason=…</c>: takes a grant back. Reads and open streams stop within a second, with the reason.</summary>
internal static class RevokeGrantEndpoint
{
    private const int MaxReason = 500;

    public static Task HandleAsync(HttpContext http, Guid id, Desk desk) =>
        desk.RunAsync(http, "revoke_grant", [ClientRoles.Bureau], async (caller, cancellation) =>
        {
            var parameters = QueryParameters.Only(http, "reason");
            if (parameters.IsError) return parameters.Error;
            if (!parameters.Value.TryGetValue("reason", out var reason) || string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason)
                return ErrorCodes.ParameterInvalid.With(("parameter", "reason"), ("reason", $"1–{MaxReason}"));
            var revoked = await desk.CommandAsync<RevokeGrant, GrantWasRevoked>(new RevokeGrant(GrantId.From(id), reason, caller.ClientId), cancellation);
            return revoked.Map(r => Desk.Ok(r));
        });
}
