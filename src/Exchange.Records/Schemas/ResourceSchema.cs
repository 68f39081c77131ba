using System.Collections.Frozen;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

/// <summary>
/// The contract of a resource: a flat object of typed fields, read from a JSON Schema of the declared profile.
/// Immutable and safe to share.
/// </summary>
public sealed class ResourceSchema
{
    private readonly FrozenDictionary<string, Field> _byName;

    internal ResourceSchema(string json, string fingerprint, IReadOnlyList<Field> fields)
    {
        Json = json;
        Fingerprint = fingerprint;
        Fields = fields;
        Keys = [.. fields.Where(f => f.IsKey)];
        Filterable = [.. fields.Where(f => f.IsFilterable)];
        _byName = fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
    }

    /// <summary>The schema as it was written.</summary>
    public string Json { get; }

    /// <summary>SHA-256 over the canonical form of the schema, 64 lower-case hexadecimal digits. White space does not change it; field order does.</summary>
    public string Fingerprint { get; }

    /// <summary>The fields in schema order, which is the order in every row.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>The key fields in schema order; at least one.</summary>
    public IReadOnlyList<Field> Keys { get; }

    /// <summary>The fields that row filters may use.</summary>
    public IReadOnlyList<Field> Filterable { get; }

    public Field? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a schema; collects all findings. Fails with <see cref="ErrorCodes.SchemaNotJson"/> or <see cref="ErrorCodes.SchemaInvalid"/>.</summary>
    public static Result<ResourceSchema> Parse(string json) => SchemaReader.Read(json);
}
