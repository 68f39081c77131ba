namespace Exchange.Gateway.Audit;

/// <summary>One entry of the record of accesses. Never holds record values.</summary>
internal sealed record AuditEntry
{
    public const string Started = "access.started";
    public const string Finished = "access.finished";
    public const string Refused = "access.refused";
    public const string Completed = "completed";

    public required string Kind { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Guid RequestId { get; init; }
    public required string Operation { get; init; }
    public string? ClientId { get; init; }
    public Guid? ParticipantId { get; init; }
    public Guid? GrantId { get; init; }
    public long? GrantVersion { get; init; }
    public Guid? ResourceId { get; init; }
    public string? Purpose { get; init; }
    public string? CaseNumber { get; init; }
    public byte[]? RequestHash { get; init; }
    public long? FromOffset { get; init; }
    public long? RowCount { get; init; }
    public long? ByteCount { get; init; }
    public byte[]? BodySha256 { get; init; }
    public string? Outcome { get; init; }
}
