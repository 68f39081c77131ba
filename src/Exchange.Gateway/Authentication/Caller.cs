namespace Exchange.Gateway.Authentication;

/// <summary>A machine client of a department, as the catalogue knows it now.</summary>
internal sealed record Caller(string ClientId, Guid ParticipantId, string Participant, string SecretHash, IReadOnlyList<string> Roles, bool Disabled)
{
    public bool Has(string role) => Roles.Contains(role, StringComparer.Ordinal);
}
