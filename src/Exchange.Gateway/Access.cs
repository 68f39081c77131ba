using Exchange.Contracts.Identifiers;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Authorization;

namespace Exchange.Gateway;

/// <summary>One granted call on its way through the pipeline.</summary>
internal sealed class Access
{
    public required HttpContext Http { get; init; }
    public required RequestId Id { get; init; }
    public required Caller Caller { get; init; }
    public required GrantPlan Plan { get; init; }
    public required string Operation { get; init; }
    public required Gate Gate { get; init; }

    /// <summary>Whether <c>access.started</c> is committed. Awaited before the first body byte.</summary>
    public required Task<bool> Recorded { get; init; }

    /// <summary>Rows that left so far.</summary>
    public long Rows { get; set; }

    /// <summary>Body bytes that left so far.</summary>
    public long Bytes { get; set; }

    public byte[]? BodySha256 { get; set; }
}

/// <summary>What every call passes.</summary>
internal sealed record Gate(TokenIssuer Tokens, GrantLease Lease, AuditLog Audit, QuotaLedger Quota, KeyFolder Keys, TimeProvider Time);
