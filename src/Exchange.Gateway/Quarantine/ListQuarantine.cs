using Exchange.Contracts.Errors;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Database;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Quarantine;

/// <summary><c>GET /v1/quarantine/{resource}?state=…</c>: records that were set aside, and why, for the owner and the bureau. No values.</summary>
internal static class ListQuarantine
{
    private static readonly string[] States = ["open", "released", "discarded", "overtaken", "all"];

    public static Task HandleAsync(HttpContext http, string resource, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "list_quarantine", ResourceOwner.OwnerOrBureau, async (caller, cancellation) =>
        {
            var parameters = QueryParameters.Only(http, "after", "limit", "state");
            if (parameters.IsError) return parameters.Error;
            var state = parameters.Value.GetValueOrDefault("state") ?? "open";
            if (!States.Contains(state, StringComparer.Ordinal)) return ErrorCodes.ParameterInvalid.With(("parameter", "state"), ("reason", string.Join(", ", States)));
            var access = await ResourceOwner.CheckAsync(caller, resource, bureauToo: true, database, cancellation);
            if (access.IsError) return access.Error;
            return await Listing.PageAsync(parameters.Value, database, QuarantineSql.List, numeric: true, [resource, state == "all" ? "" : state], cancellation);
        });
}
