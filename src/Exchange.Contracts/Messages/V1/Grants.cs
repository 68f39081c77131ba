using Exchange.Contracts.Identifiers;

namespace Exchange.Contracts.Messages.V1;

/// <summary>Grants one participant part of one resource.</summary>
/// <param name="Consumer">Code of the consuming participant.</param>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Purpose">使用用途: a short code that every call repeats, 1–64 characters.</param>
/// <param name="LegalBasis">使用依据: law and article, or document number, 1–500 characters.</param>
/// <param name="Fields">The granted fields, each with its mask. Every other field behaves as if it did not exist.</param>
/// <param name="RowFilter">Rows that are granted, in the filter grammar of the gateway, over fields declared <c>x-exchange.filter</c>; null for all rows.</param>
/// <param name="Methods">Of <see cref="GrantMethods"/>.</param>
/// <param name="VerifyFields">Fields that may be verified (match or no match) although they are not granted.</param>
/// <param name="CaseRequired">Whether each call must name a case (办件号).</param>
/// <param name="RowsPerDay">Rows that may leave in one calendar day (Asia/Shanghai), or null for no limit.</param>
public sealed record CreateGrant(
    string Consumer,
    string Resource,
    string Purpose,
    string LegalBasis,
    GrantedField[] Fields,
    string? RowFilter,
    string[] Methods,
    string[] VerifyFields,
    bool CaseRequired,
    long? RowsPerDay,
    DateTimeOffset ValidFrom,
    DateTimeOffset ValidUntil,
    string RequestedBy);

/// <param name="Mask">Of <see cref="Masks"/>; null for the value as it is.</param>
public sealed record GrantedField(string Name, string? Mask);

public sealed record GrantCreated(GrantId Grant, long Version);

/// <summary>Takes a grant back. Open streams stop within a second.</summary>
public sealed record RevokeGrant(GrantId Grant, string Reason, string RequestedBy);

public sealed record GrantWasRevoked(GrantId Grant, long Version);

/// <summary>Event: grants or clients changed; gateways read them anew.</summary>
public sealed record GrantsChanged(long Version);

/// <summary>The ways a grant may be used.</summary>
public static class GrantMethods
{
    public const string Records = "records";
    public const string Changes = "changes";
    public const string Lookup = "lookup";
    public const string Verify = "verify";
    public static readonly string[] All = [Records, Changes, Lookup, Verify];
}

/// <summary>The masks a granted field may carry. Each is a function of one value; the type of the field stays.</summary>
public static class Masks
{
    /// <summary>姓名: the surname (compound surnames kept whole), each further character as <c>*</c>.</summary>
    public const string Name = "name";

    /// <summary>证件号: first and last character kept, those between as <c>*</c>.</summary>
    public const string Id = "id";

    /// <summary>手机号: first three and last four digits kept.</summary>
    public const string Mobile = "mobile";

    /// <summary>地址: the first six characters kept, the rest as one <c>*</c>.</summary>
    public const string Address = "address";

    /// <summary>日期: first day of its year. Date fields only.</summary>
    public const string Year = "year";

    /// <summary>A stable pseudonym per recipient: keyed HMAC-SHA-256, 32 hexadecimal digits. The only mask a key field may carry.</summary>
    public const string Pseudonym = "pseudonym";

    public static readonly string[] All = [Name, Id, Mobile, Address, Year, Pseudonym];
}
