using System.Globalization;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Changes;
using Exchange.Gateway.Database;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Catalogue;

/// <summary>
/// <c>GET /v1/grants/{id}/cursor?at=TIME</c> or <c>?offset=N</c>: a cursor of one subscriber for an earlier place of the feed, for the bureau to hand over. It serves that grant's
/// holder alone.
/// </summary>
internal static class ReplayGrantEndpoint
{
    internal sealed record Answer(string Consumer, string Resource, string Cursor);

    public static Task HandleAsync(HttpContext http, Guid id, Desk desk, GatewayDatabase database, SealedCursor cursors) =>
        desk.RunAsync(http, "replay_grant", [ClientRoles.Bureau], async (_, cancellation) =>
        {
            var current = desk.Gate.Lease.Current;
            if (current.IsError) return current.Error;
            if (!current.Value.Plans.TryGetValue(id, out var plan)) return ErrorCodes.GrantUnknown.With();
            var place = await FindAsync(http, plan, database, cancellation);
            if (place.IsError) return place.Error;
            var consumer = current.Value.Clients.Values.FirstOrDefault(c => c.ParticipantId == plan.ConsumerId)?.Participant ?? plan.ConsumerId.ToString();
            return Desk.Ok(new Answer(consumer, plan.Resource, cursors.Seal(SealedCursor.ForChanges, plan, ChangesCursor.Pack(place.Value, 0))));
        });

    private static async Task<Result<long>> FindAsync(HttpContext http, GrantPlan plan, GatewayDatabase database, CancellationToken cancellation)
    {
        var parameters = QueryParameters.Only(http, "at", "offset");
        if (parameters.IsError) return parameters.Error;
        if (parameters.Value.TryGetValue("offset", out var text))
        {
            if (parameters.Value.Count > 1 || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                return ErrorCodes.ParameterInvalid.With(("parameter", "offset"), ("reason", "0, 1, 2, …; without at"));
            return await ReplayPlace.CheckAsync(database, plan.ResourceId, offset, cancellation);
        }

        var at = ReplayPlace.ReadTime(parameters.Value.GetValueOrDefault("at") ?? "");
        return at.IsError ? at.Error : await ReplayPlace.FindAsync(database, plan.ResourceId, at.Value, cancellation);
    }
}
