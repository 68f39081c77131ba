using Exchange.Contracts.Identifiers;

namespace Exchange.Contracts.Messages.V1;

/// <summary>
/// Opens the stream of a source into a resource and raises its epoch, which fences every adapter that opened it before.
/// </summary>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Source">Name of the source within its department; with the resource it identifies the stream.</param>
/// <param name="Publisher">Code of the publishing participant; must own the resource.</param>
/// <param name="SchemaFingerprint">The schema version the adapter will send.</param>
/// <param name="Opener">The process that opens.</param>
/// <param name="Opening">Rises with each opening of that process. One that comes a second time leaves the epoch as it is; one that a later one has overtaken is refused.</param>
public sealed record OpenStream(string Resource, string Source, string Publisher, string SchemaFingerprint, Guid Opener, long Opening);

/// <param name="Epoch">The epoch to put in every batch.</param>
/// <param name="NextSequence">The sequence of the next batch; the first batch of a new stream is 1.</param>
/// <param name="Position">The committed position, or null where nothing was committed yet.</param>
/// <param name="InSnapshot">True where the last committed batch lies inside a snapshot that has not ended.</param>
/// <param name="Partition">The partition queue to publish to.</param>
/// <param name="Schema">The schema text of the version named in the request.</param>
public sealed record StreamOpened(
    StreamId Stream, ResourceId Resource, long Epoch, long NextSequence, string? Position, bool InSnapshot, int Partition, int Version, string Schema);

/// <summary>Asks what of a stream is committed. The answer to a doubt after a lost confirmation or announcement.</summary>
public sealed record GetStreamStatus(StreamId Stream);

/// <param name="State"><c>open</c> or <c>held</c>.</param>
/// <param name="CommittedSequence">Last committed sequence, 0 before the first.</param>
/// <param name="HeldCode">Name of the error that holds the stream, or null.</param>
/// <param name="HeldReason">English text of what holds the stream, or null.</param>
/// <param name="NoteCode">Name of the error that the adapter noted, see <see cref="NoteStream"/>; or null.</param>
/// <param name="NoteReason">English text of the note, or null.</param>
public sealed record StreamStatus(
    StreamId Stream, long Epoch, long CommittedSequence, string? Position, bool InSnapshot, string State, string? HeldCode, string? HeldReason,
    long RowsAccepted, long RowsQuarantined, long Head, string? NoteCode = null, string? NoteReason = null);

/// <summary>
/// An adapter tells something about its stream that stops nothing and that people should see, such as <c>resync_required</c>. It stays with the stream until the next
/// snapshot is complete, or until another note takes its place.
/// </summary>
public sealed record NoteStream(StreamId Stream, long Epoch, string ErrorCode, string Reason);

/// <summary>An adapter found that its source no longer fits the schema: the stream is held, visibly, until it is released.</summary>
public sealed record HoldStream(StreamId Stream, long Epoch, string ErrorCode, string Reason);

/// <summary>
/// Releases a held stream. A batch held for its bad rows is then committed: its good rows stored, its bad rows quarantined. So is the end of a snapshot held for its deletes: they are made.
/// </summary>
/// <param name="RequestedBy">The client that asks.</param>
public sealed record ReleaseStream(StreamId Stream, string RequestedBy);

/// <summary>
/// Rejects a snapshot whose end is held for its deletes (<c>snapshot_deletes_most</c>): nothing is deleted, and the stream goes on behind the snapshot with what its source has next. Until the next
/// snapshot is complete the stream carries the note <c>snapshot_rejected</c>.
/// </summary>
/// <param name="Reason">1–500 characters.</param>
/// <param name="RequestedBy">The client that asks.</param>
public sealed record RejectSnapshot(StreamId Stream, string Reason, string RequestedBy);

/// <summary>Event: a batch is committed, with all before it. The adapter may confirm <see cref="Position"/> to its source.</summary>
/// <param name="Head">The resource's feed offset after the batch.</param>
public sealed record BatchCommitted(
    StreamId Stream, ResourceId Resource, long Epoch, long Sequence, string Position, long Head, int RowsAccepted, int RowsQuarantined);

/// <summary>Event: the catalogue got a sequence it did not expect; the adapter with this epoch goes back to <see cref="Position"/> and sends <see cref="NextSequence"/> next.</summary>
public sealed record StreamRewound(StreamId Stream, long Epoch, long NextSequence, string? Position, string Reason);

/// <summary>Event: the stream is held; nothing of it is committed until it is released.</summary>
public sealed record StreamWasHeld(StreamId Stream, ResourceId Resource, long Epoch, string ErrorCode, string Reason);
