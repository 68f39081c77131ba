using System.Collections.Frozen;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Lookups;
using Exchange.Records.Filters;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Authorization;

/// <summary>One column that a grant lets out.</summary>
/// <param name="Mask">Of <c>Masks</c>, or null for the value as it is.</param>
/// <param name="Type">The type of what leaves.</param>
internal sealed record PlanColumn(Field Field, string? Mask, FieldType Type)
{
    public string Name => Field.Name;

    /// <summary>Only unmasked columns may be filtered and ordered by: order and selection would tell what the mask hides.</summary>
    public bool IsOpen => Mask is null;
}

/// <summary>A grant, compiled once per version. Immutable and safe to share.</summary>
internal sealed class GrantPlan
{
    public required Guid GrantId { get; init; }
    public required long GrantVersion { get; init; }
    public required Guid ConsumerId { get; init; }
    public required Guid ResourceId { get; init; }
    public required string Resource { get; init; }
    public required string Purpose { get; init; }
    public required FrozenSet<string> Methods { get; init; }
    public required bool CaseRequired { get; init; }
    public required long? RowsPerDay { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }
    public required DateTimeOffset ValidUntil { get; init; }
    public required string? RevokeReason { get; init; }

    /// <summary>What keeps the grant from being used although it stands, such as a row filter that its schema no longer fits; null for nothing.</summary>
    public required Error? Broken { get; init; }

    public required ResourceSchema Schema { get; init; }

    /// <summary>The granted columns in schema order.</summary>
    public required IReadOnlyList<PlanColumn> Columns { get; init; }

    public required FrozenDictionary<string, PlanColumn> ByName { get; init; }

    /// <summary>Fields that may be compared though they are not let out.</summary>
    public required FrozenSet<string> VerifyFields { get; init; }

    /// <summary>The granted rows; null for all.</summary>
    public required Filter? RowFilter { get; init; }

    /// <summary>Bits of the granted columns in the feed's masks of changed columns.</summary>
    public required long ColumnBits { get; init; }

    /// <summary>The keyed blocks of this recipient's pseudonyms, in PostgreSQL's text form.</summary>
    public required (string Inner, string Outer) Pads { get; init; }

    /// <summary>Finds one record by its key.</summary>
    public LookupStatement Lookup => field ??= new LookupStatement(this);

    /// <summary>Whether every key field is granted unmasked, so that a record can be asked for by its key.</summary>
    public bool KeysAreOpen => Schema.Keys.All(k => ByName.TryGetValue(k.Name, out var column) && column.IsOpen);

    /// <summary>Whether the grant may be used now: not revoked, inside its validity, and sound.</summary>
    public Error? Refusal(DateTimeOffset now)
    {
        if (RevokeReason is not null) return ErrorCodes.GrantRevoked.With(("reason", RevokeReason));
        if (now < ValidFrom || now >= ValidUntil) return ErrorCodes.GrantExpired.With();
        return Broken;
    }
}
