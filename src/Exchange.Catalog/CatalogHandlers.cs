using Exchange.Catalog.Database;
using Exchange.Catalog.Grants;
using Exchange.Catalog.Ingest;
using Exchange.Catalog.Participants;
using Exchange.Catalog.Proof;
using Exchange.Catalog.Quarantine;
using Exchange.Catalog.Resources;
using Exchange.Catalog.Streams;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Exchange.Catalog;

public static class CatalogHandlers
{
    /// <summary>The requests that the catalogue service answers.</summary>
    public static RequestHandlers AddCatalogHandlers(this RequestHandlers handlers) => handlers
        .Handle<RegisterParticipant, ParticipantRegistered>((r, s, c) => RegisterParticipantHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<RegisterClient, ClientRegistered>((r, s, c) => RegisterClientHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<DisableClient, ClientDisabled>((r, s, c) => DisableClientHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<RegisterResource, ResourceRegistered>((r, s, c) => RegisterResourceHandler.HandleAsync(r, Database(s), s.GetRequiredService<IOptions<BusOptions>>().Value, Time(s), c))
        .Handle<OpenStream, StreamOpened>((r, s, c) => OpenStreamHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<GetStreamStatus, StreamStatus>((r, s, c) => GetStreamStatusHandler.HandleAsync(r, Database(s), c))
        .Handle<HoldStream, StreamStatus>((r, s, c) => HoldStreamHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<NoteStream, StreamStatus>((r, s, c) => NoteStreamHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<ReleaseStream, StreamStatus>((r, s, c) => ReleaseStreamHandler.HandleAsync(r, Database(s), s.GetRequiredService<Announcements>(), Time(s), c))
        .Handle<RejectSnapshot, StreamStatus>((r, s, c) => RejectSnapshotHandler.HandleAsync(r, Database(s), s.GetRequiredService<Announcements>(), Time(s), c))
        .Handle<ReleaseQuarantined, QuarantineSettled>((r, s, c) => ReleaseQuarantinedHandler.HandleAsync(r, Database(s), s.GetRequiredService<Announcements>(), Time(s), c))
        .Handle<DiscardQuarantined, QuarantineSettled>((r, s, c) => DiscardQuarantinedHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<RevalidateQuarantine, QuarantineRevalidated>((r, s, c) => RevalidateQuarantineHandler.HandleAsync(r, Database(s), s.GetRequiredService<Announcements>(), Time(s), c))
        .Handle<CompareDigests, DigestsCompared>((r, s, c) => CompareDigestsHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<ReadKeyDigests, KeyDigestsRead>((r, s, c) => ReadKeyDigestsHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<CreateGrant, GrantCreated>((r, s, c) => CreateGrantHandler.HandleAsync(r, Database(s), Time(s), c))
        .Handle<RevokeGrant, GrantWasRevoked>((r, s, c) => RevokeGrantHandler.HandleAsync(r, Database(s), Time(s), c));

    private static CatalogDatabase Database(IServiceProvider services) => services.GetRequiredService<CatalogDatabase>();

    private static TimeProvider Time(IServiceProvider services) => services.GetRequiredService<TimeProvider>();
}
