using Npgsql;

namespace Exchange.Gateway.Authorization;

/// <summary>A grant as the catalogue stores it.</summary>
internal sealed record GrantRow(
    Guid GrantId,
    long GrantVersion,
    Guid ConsumerId,
    Guid ResourceId,
    string Resource,
    int ResourceVersion,
    string Schema,
    string Purpose,
    string Fields,
    string? RowFilter,
    string[] Methods,
    string[] VerifyFields,
    bool CaseRequired,
    long? RowsPerDay,
    DateTimeOffset ValidFrom,
    DateTimeOffset ValidUntil,
    bool Revoked,
    string? RevokeReason)
{
    public static GrantRow Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetInt64(1),
        reader.GetGuid(2),
        reader.GetGuid(3),
        reader.GetString(4),
        reader.GetInt32(5),
        reader.GetString(6),
        reader.GetString(7),
        reader.GetString(8),
        reader.IsDBNull(9) ? null : reader.GetString(9),
        reader.GetFieldValue<string[]>(10),
        reader.GetFieldValue<string[]>(11),
        reader.GetBoolean(12),
        reader.IsDBNull(13) ? null : reader.GetInt64(13),
        reader.GetFieldValue<DateTimeOffset>(14),
        reader.GetFieldValue<DateTimeOffset>(15),
        reader.GetBoolean(16),
        reader.IsDBNull(17) ? null : reader.GetString(17));
}
