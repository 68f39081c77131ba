using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Ingest;

/// <summary>Where a stream and its resource's feed stand, read under their locks.</summary>
internal sealed record StreamPlace(
    StreamId Stream,
    ResourceId Resource,
    string ResourceName,
    int CurrentVersion,
    long Epoch,
    long Sequence,
    string? Position,
    bool InSnapshot,
    bool IsHeld,
    FeedPlace Feed)
{
    public StreamRewound Rewind(string reason) => new(Stream, Epoch, Sequence + 1, Position, reason);
}

/// <param name="Head">Last offset given out.</param>
/// <param name="LoadEnd">Offsets up to here are the first load.</param>
/// <param name="Loading">The first snapshot is under way.</param>
internal sealed record FeedPlace(long Head, long LoadEnd, bool Loading);
