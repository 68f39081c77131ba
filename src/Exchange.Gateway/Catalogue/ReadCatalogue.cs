using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Database;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>GET /v1/resources</c>: what there is, for every client.</summary>
internal static class ListResources
{
    public static Task HandleAsync(HttpContext http, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "list_resources", [], (_, cancellation) => Listing.PageAsync(http, database, CatalogueSql.Resources, cancellation));
}

/// <summary><c>GET /v1/resources/{name}</c>: one resource.</summary>
internal static class ReadResource
{
    public static Task HandleAsync(HttpContext http, string name, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "read_resource", [], (_, cancellation) =>
            Listing.OneAsync(database, CatalogueSql.Resource, name, ErrorCodes.ResourceUnknown.With(("resource", name)), cancellation));
}

/// <summary><c>GET /v1/resources/{name}/schema</c>: the JSON Schema of its current version.</summary>
internal static class ReadSchema
{
    public static Task HandleAsync(HttpContext http, string name, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "read_schema", [], async (_, cancellation) =>
        {
            var schema = await Listing.OneAsync(database, CatalogueSql.Schema, name, ErrorCodes.ResourceUnknown.With(("resource", name)), cancellation);
            return schema.Map(s => s with { ContentType = "application/schema+json" });
        });
}

/// <summary><c>GET /v1/grants</c>: all grants, for the bureau.</summary>
internal static class ListGrants
{
    public static Task HandleAsync(HttpContext http, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "list_grants", [ClientRoles.Bureau], (_, cancellation) => Listing.PageAsync(http, database, CatalogueSql.Grants, cancellation));
}

/// <summary><c>GET /v1/grants/{id}</c>: one grant, for the bureau.</summary>
internal static class ReadGrant
{
    public static Task HandleAsync(HttpContext http, Guid id, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "read_grant", [ClientRoles.Bureau], (_, cancellation) =>
            Listing.OneAsync(database, CatalogueSql.Grant, id, ErrorCodes.GrantUnknown.With(), cancellation));
}

/// <summary><c>GET /v1/streams</c>: the streams and what holds them, for the bureau.</summary>
internal static class ListStreams
{
    public static Task HandleAsync(HttpContext http, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "list_streams", [ClientRoles.Bureau], (_, cancellation) => Listing.PageAsync(http, database, CatalogueSql.Streams, cancellation));
}
