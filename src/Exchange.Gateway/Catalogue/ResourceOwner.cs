using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Database;
using Npgsql;

namespace Exchange.Gateway.Catalogue;

/// <summary>Tells whether a caller is the publisher who owns a resource, or the bureau, which sees all but values.</summary>
internal static class ResourceOwner
{
    public static readonly string[] OwnerOrBureau = [ClientRoles.Publisher, ClientRoles.Bureau];
    public static readonly string[] Owner = [ClientRoles.Publisher];

    /// <returns>Whether the caller is the owner; fails where it is neither that nor, where that is enough, the bureau.</returns>
    public static async Task<Result<bool>> CheckAsync(Caller caller, string resource, bool bureauToo, GatewayDatabase database, CancellationToken cancellation)
    {
        await using var command = database.Reading.CreateCommand(CatalogueSql.Owner);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resource });
        var owner = await command.ExecuteScalarAsync(cancellation) as string;
        var isOwner = caller.Has(ClientRoles.Publisher) && owner == caller.Participant;
        if (isOwner || (bureauToo && caller.Has(ClientRoles.Bureau))) return owner is null ? ErrorCodes.ResourceUnknown.With(("resource", resource)) : isOwner;
        return ErrorCodes.ResourceOfAnother.With(("resource", resource));
    }
}
