using Exchange.Contracts.Errors;

namespace Exchange.Gateway.Publishing;

/// <param name="Offset">Where it begins, in bytes; null where the format cannot tell.</param>
internal sealed record RejectedLine(long Line, long? Offset, IReadOnlyList<Error> Reasons);

/// <summary>What was found in a body.</summary>
internal sealed class Examination(int reported)
{
    private readonly List<RejectedLine> _rejections = [];

    /// <summary>Lines that hold something; a header is none.</summary>
    public long Lines { get; private set; }

    public long Rejected { get; private set; }

    /// <summary>The first of the rejected lines.</summary>
    public IReadOnlyList<RejectedLine> Rejections => _rejections;

    /// <summary>Batches that the lines were cut into.</summary>
    public int Batches { get; private set; }

    /// <summary>Why the body cannot be read to its end, or null.</summary>
    public Error? Fault { get; private set; }

    public long Accepted => Lines - Rejected;

    public void Accept() => Lines++;

    public void Reject(RejectedLine line)
    {
        Lines++;
        Rejected++;
        if (_rejections.Count < reported) _rejections.Add(line);
    }

    public void CloseBatch() => Batches++;

    public void Break(Error fault) => Fault = fault;

    /// <summary>Why nothing of this may be stored, or null.</summary>
    public Error? Refusal(BadLinePolicy policy, int mostSetAside) => this switch
    {
        { Fault: { } fault } => fault,
        { Lines: 0 } => ErrorCodes.PublicationEmpty.With(),
        { Rejected: > 0 } when policy == BadLinePolicy.Reject => ErrorCodes.PublicationRejected.With(("lines", Lines), ("rejected", Rejected)),
        _ when Rejected > mostSetAside => ErrorCodes.RejectionsTooMany.With(("limit", mostSetAside)),
        _ => null,
    };
}
