using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Credentials;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>POST /v1/clients</c>: registers a machine client or gives it a new secret. The secret is in this one answer and nowhere else.</summary>
internal static class RegisterClientEndpoint
{
    internal sealed record Body(string ClientId, string Participant, string[] Roles);

    internal sealed record Answer(string ClientId, string ClientSecret);

    public static Task HandleAsync(HttpContext http, Desk desk) =>
        desk.RunAsync(http, "register_client", [ClientRoles.Bureau], async (_, cancellation) =>
        {
            var body = await Desk.BodyAsync<Body>(http);
            if (body.IsError) return body.Error;
            var secret = ClientSecret.Generate();
            var request = new RegisterClient(body.Value.ClientId, body.Value.Participant, ClientSecret.Hash(secret), body.Value.Roles);
            var registered = await desk.CommandAsync<RegisterClient, ClientRegistered>(request, cancellation);
            return registered.Map(r => Desk.Ok(new Answer(r.ClientId, secret), StatusCodes.Status201Created));
        });
}

/// <summary><c>DELETE /v1/clients/{id}</c>: withdraws a client; the tokens it holds stop working within a second.</summary>
internal static class DisableClientEndpoint
{
    public static Task HandleAsync(HttpContext http, string id, Desk desk) =>
        desk.RunAsync(http, "disable_client", [ClientRoles.Bureau], async (_, cancellation) =>
        {
            var disabled = await desk.CommandAsync<DisableClient, ClientDisabled>(new DisableClient(id), cancellation);
            return disabled.Map(_ => new DeskAnswer(StatusCodes.Status204NoContent, null));
        });
}
