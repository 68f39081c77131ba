using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>POST /v1/resources</c>: registers a resource or a new version of it. A publisher registers for its own department only.</summary>
internal static class RegisterResourceEndpoint
{
    internal sealed record Body(string Name, string Publisher, string TitleZh, string TitleEn, JsonElement Schema, string? Description = null);

    public static Task HandleAsync(HttpContext http, Desk desk) =>
        desk.RunAsync(http, "register_resource", [ClientRoles.Publisher, ClientRoles.Bureau], async (caller, cancellation) =>
        {
            var body = await Desk.BodyAsync<Body>(http);
            if (body.IsError) return body.Error;
            var b = body.Value;
            if (b.Publisher != caller.Participant && !caller.Has(ClientRoles.Bureau)) return ErrorCodes.ResourceOfAnother.With(("resource", b.Name));
            var request = new RegisterResource(b.Name, b.Publisher, b.TitleZh, b.TitleEn, b.Description, b.Schema.GetRawText());
            var registered = await desk.CommandAsync<RegisterResource, ResourceRegistered>(request, cancellation);
            return registered.Map(r => Desk.Ok(r, StatusCodes.Status201Created, $"/v1/resources/{r.Name}"));
        });
}
