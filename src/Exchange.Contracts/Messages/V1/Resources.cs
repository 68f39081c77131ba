using Exchange.Contracts.Identifiers;

namespace Exchange.Contracts.Messages.V1;

/// <summary>Registers a resource or a new version of it. Idempotent: the same schema again answers with the same version.</summary>
/// <param name="Name">Name in URLs and the store: lower-case letters, digits and single underscores, 1–40 characters, begins with a letter.</param>
/// <param name="Publisher">Code of the publishing participant.</param>
/// <param name="TitleZh">数据资源名称, 1–50 characters.</param>
/// <param name="TitleEn">Title in English, 1–200 characters.</param>
/// <param name="Description">摘要, up to 256 characters.</param>
/// <param name="Schema">JSON Schema text of the declared profile.</param>
public sealed record RegisterResource(string Name, string Publisher, string TitleZh, string TitleEn, string? Description, string Schema);

public sealed record ResourceRegistered(ResourceId Resource, string Name, int Version, string SchemaFingerprint);
