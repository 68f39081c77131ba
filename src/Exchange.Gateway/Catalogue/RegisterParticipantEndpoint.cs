using Exchange.Contracts.Messages.V1;

namespace Exchange.Gateway.Catalogue;

/// <summary><c>POST /v1/participants</c>: registers a department, or changes its titles.</summary>
internal static class RegisterParticipantEndpoint
{
    public static Task HandleAsync(HttpContext http, Desk desk) =>
        desk.RunAsync(http, "register_participant", [ClientRoles.Bureau], async (_, cancellation) =>
        {
            var body = await Desk.BodyAsync<RegisterParticipant>(http);
            if (body.IsError) return body.Error;
            var registered = await desk.CommandAsync<RegisterParticipant, ParticipantRegistered>(body.Value, cancellation);
            return registered.Map(r => Desk.Ok(r));
        });
}
