using Exchange.Contracts.Records;

namespace Exchange.Catalog.Ingest;

/// <summary>What is to be done with a batch, before its rows are looked at.</summary>
internal enum Admission
{
    /// <summary>The next one of its stream.</summary>
    Accept,

    /// <summary>No such stream, or not into this resource: nothing that could be done with it.</summary>
    Unknown,

    /// <summary>From an adapter that another one has replaced.</summary>
    Fenced,

    /// <summary>Committed already.</summary>
    Duplicate,

    /// <summary>One before it is missing.</summary>
    Gap,

    /// <summary>The stream is held: dropped, and sent again after the release.</summary>
    Held,

    /// <summary>Its kind does not belong here: the stream is held.</summary>
    OutOfPlace,
}

/// <summary>Admission of a batch to its stream: a pure function of the stream's place and the batch's header.</summary>
internal static class BatchAdmission
{
    public const int LongestPosition = 4096;

    public static Admission Decide(StreamPlace? place, BatchHeader header)
    {
        if (place is null || place.Resource != header.Resource) return Admission.Unknown;
        if (header.Epoch != place.Epoch) return Admission.Fenced;
        if (header.Sequence <= place.Sequence) return Admission.Duplicate;
        if (place.IsHeld) return Admission.Held;
        if (header.Sequence > place.Sequence + 1) return Admission.Gap;
        return Fits(place.InSnapshot, header) ? Admission.Accept : Admission.OutOfPlace;
    }

    private static bool Fits(bool inSnapshot, BatchHeader header) => header.Position.Length <= LongestPosition && header.Kind switch
    {
        BatchKind.SnapshotStart => header.RowCount == 0,
        BatchKind.Rows => inSnapshot && header.RowCount >= 0,
        BatchKind.SnapshotEnd => inSnapshot && header.RowCount == 0,
        BatchKind.Changes => header.RowCount >= 0,
        _ => false,
    };
}
