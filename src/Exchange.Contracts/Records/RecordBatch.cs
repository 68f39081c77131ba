using Exchange.Contracts.Identifiers;

namespace Exchange.Contracts.Records;

/// <summary>What a batch means for the stream.</summary>
public enum BatchKind
{
    /// <summary>A full snapshot begins. No rows.</summary>
    SnapshotStart = 1,

    /// <summary>Rows of the current snapshot. The body holds one tuple per row, fields in schema order.</summary>
    Rows = 2,

    /// <summary>The snapshot is complete: keys that it did not hold are deleted. No rows.</summary>
    SnapshotEnd = 3,

    /// <summary>Changes. The body holds one tuple per change: first a field of one byte, <c>U</c> (insert or update) or
    /// <c>D</c> (delete), then the fields in schema order; a delete carries the key fields, the others are null.</summary>
    Changes = 4,
}

/// <summary>Everything about a batch but its rows. Small, and safe to log.</summary>
/// <param name="Stream">The stream it belongs to.</param>
/// <param name="Resource">The resource it goes into.</param>
/// <param name="Partition">The partition queue that carries it, as answered when the stream was opened.</param>
/// <param name="Epoch">Raised each time the stream is opened; an older epoch is dropped.</param>
/// <param name="Sequence">Gap-free within the stream, across epochs; begins at 1.</param>
/// <param name="Kind">What it means.</param>
/// <param name="SchemaFingerprint">The fingerprint of the schema version whose fields the tuples hold, in that order.</param>
/// <param name="Position">Where the source stands after this batch. Opaque to the catalogue; at most 4,096 characters.</param>
/// <param name="RowCount">Number of tuples in the body.</param>
/// <param name="Sha256">SHA-256 of the body, 64 lower-case hexadecimal digits.</param>
/// <param name="Lines">Where the rows stand in their file, as <c>RowLines</c> of Exchange.Records reads it; null where the source has no lines. A hint for people: what becomes of a row is not decided by it.</param>
public sealed record BatchHeader(
    StreamId Stream,
    ResourceId Resource,
    int Partition,
    long Epoch,
    long Sequence,
    BatchKind Kind,
    string SchemaFingerprint,
    string Position,
    int RowCount,
    string Sha256,
    string? Lines = null);

/// <summary>
/// A batch of records: header and rows. The body is a run of tuples in PostgreSQL's binary COPY layout
/// (16-bit field count; per field a 32-bit length, -1 for null, and the bytes; big-endian), without the file header and trailer.
/// </summary>
public sealed record RecordBatch(BatchHeader Header, ReadOnlyMemory<byte> Body);
