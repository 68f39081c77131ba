using Exchange.Contracts.Messages.V1;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>POST /v1/grants</c>: grants a department part of a resource.</summary>
internal static class CreateGrantEndpoint
{
    /// <summary>As <see cref="CreateGrant"/>; who asks is known.</summary>
    internal sealed record Body(
        string Consumer,
        string Resource,
        string Purpose,
        string LegalBasis,
        GrantedField[] Fields,
        string[] Methods,
        DateTimeOffset ValidFrom,
        DateTimeOffset ValidUntil,
        string? RowFilter = null,
        string[]? VerifyFields = null,
        bool CaseRequired = false,
        long? RowsPerDay = null);

    public static Task HandleAsync(HttpContext http, Desk desk) =>
        desk.RunAsync(http, "create_grant", [ClientRoles.Bureau], async (caller, cancellation) =>
        {
            var body = await Desk.BodyAsync<Body>(http);
            if (body.IsError) return body.Error;
            var b = body.Value;
            var request = new CreateGrant(
                b.Consumer, b.Resource, b.Purpose, b.LegalBasis, b.Fields, b.RowFilter, b.Methods, b.VerifyFields ?? [], b.CaseRequired, b.RowsPerDay, b.ValidFrom, b.ValidUntil, caller.ClientId);
            var created = await desk.CommandAsync<CreateGrant, GrantCreated>(request, cancellation);
            return created.Map(c => Desk.Ok(c, StatusCodes.Status201Created, $"/v1/grants/{c.Grant}"));
        });
}
