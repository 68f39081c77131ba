using Exchange.Contracts.Identifiers;

namespace Exchange.Contracts.Messages.V1;

/// <summary>Registers a department, or changes its titles. Idempotent by <paramref name="Code"/>.</summary>
/// <param name="Code">Stable short name: lower-case letters, digits and hyphens, 2–63 characters, begins with a letter.</param>
/// <param name="TitleZh">Name in Chinese, 1–50 characters.</param>
/// <param name="TitleEn">Name in English, 1–200 characters.</param>
/// <param name="Uscc">Unified social credit code (GB 32100), or null.</param>
public sealed record RegisterParticipant(string Code, string TitleZh, string TitleEn, string? Uscc);

public sealed record ParticipantRegistered(ParticipantId Participant, string Code);

/// <summary>Registers a machine client of a department, or replaces its secret and roles. The secret itself never travels.</summary>
/// <param name="SecretHash">PBKDF2 hash as made by <c>ClientSecret.Hash</c> in Exchange.Hosting.</param>
/// <param name="Roles">Of <see cref="ClientRoles"/>.</param>
public sealed record RegisterClient(string ClientId, string Participant, string SecretHash, string[] Roles);

public sealed record ClientRegistered(string ClientId);

/// <summary>Withdraws a client; tokens it holds stop working within a second.</summary>
public sealed record DisableClient(string ClientId);

public sealed record ClientDisabled(string ClientId);

/// <summary>What a client may do besides reading what its department was granted.</summary>
public static class ClientRoles
{
    /// <summary>Reads granted resources.</summary>
    public const string Consumer = "consumer";

    /// <summary>Registers and publishes resources of its department.</summary>
    public const string Publisher = "publisher";

    /// <summary>Registers participants and clients, creates and revokes grants, reads the audit log, holds and releases streams.</summary>
    public const string Bureau = "bureau";

    public static readonly string[] All = [Consumer, Publisher, Bureau];
}
