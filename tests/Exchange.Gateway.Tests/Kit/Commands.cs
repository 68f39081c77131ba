using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;

namespace Exchange.Gateway.Tests.Kit;

/// <summary>Stands for the catalogue service on the bus: answers each command with its typed response and keeps what it was asked.</summary>
internal sealed class Commands
{
    public List<object> Received { get; } = [];

    /// <summary>What every command fails with, or null.</summary>
    public Error? Failure { get; set; }

    public RequestHandlers Handlers() => new RequestHandlers()
        .Handle<RegisterParticipant, ParticipantRegistered>((r, _, _) => Answer(r, new ParticipantRegistered(ParticipantId.From(Guid.CreateVersion7()), r.Code)))
        .Handle<RegisterClient, ClientRegistered>((r, _, _) => Answer(r, new ClientRegistered(r.ClientId)))
        .Handle<DisableClient, ClientDisabled>((r, _, _) => Answer(r, new ClientDisabled(r.ClientId)))
        .Handle<CreateGrant, GrantCreated>((r, _, _) => Answer(r, new GrantCreated(GrantId.From(Guid.CreateVersion7()), 1)))
        .Handle<RevokeGrant, GrantWasRevoked>((r, _, _) => Answer(r, new GrantWasRevoked(r.Grant, 1)))
        .Handle<ReleaseStream, StreamStatus>((r, _, _) => Answer(r, Open(r.Stream)))
        .Handle<RejectSnapshot, StreamStatus>((r, _, _) => Answer(r, Open(r.Stream)))
        .Handle<ReleaseQuarantined, QuarantineSettled>((r, _, _) => Answer(r, new QuarantineSettled(r.Id, "released", default, 1)))
        .Handle<DiscardQuarantined, QuarantineSettled>((r, _, _) => Answer(r, new QuarantineSettled(r.Id, "discarded", default, null)))
        .Handle<RevalidateQuarantine, QuarantineRevalidated>((r, _, _) => Answer(r, new QuarantineRevalidated(1, 1, null)))
        .Handle<RegisterResource, ResourceRegistered>((r, _, _) => Answer(r, new ResourceRegistered(ResourceId.From(Guid.CreateVersion7()), r.Name, 1, "fingerprint")));

    private static StreamStatus Open(StreamId stream) => new(stream, 1, 6, "p6", false, "open", null, null, 0, 0, 300);

    private Task<Result<T>> Answer<T>(object request, T response)
    {
        lock (Received) Received.Add(request);
        return Task.FromResult(Failure is null ? (Result<T>)response : Failure);
    }
}
