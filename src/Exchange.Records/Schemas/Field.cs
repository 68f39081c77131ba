namespace Exchange.Records.Schemas;

/// <summary>One field of a resource, as its schema declares it.</summary>
public sealed record Field
{
    /// <summary>Name in JSON, CSV and the store: begins with a letter; letters, digits and underscores; at most 50 bytes of UTF-8.</summary>
    public required string Name { get; init; }

    /// <summary>Place in the schema, from 0. Rows hold their fields in this order.</summary>
    public required int Ordinal { get; init; }

    public required FieldType Type { get; init; }

    /// <summary>Whether null is allowed: the type array holds <c>null</c>, or the field is not in <c>required</c>.</summary>
    public required bool Nullable { get; init; }

    /// <summary>In <c>required</c>: an object of JSON must have it, though it may be null where its type allows. A row cannot tell an absent field from null.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Part of the key (<c>x-exchange.key</c>). A key field is never null.</summary>
    public bool IsKey { get; init; }

    /// <summary>May be used in row filters of grants (<c>x-exchange.filter</c>); the feed keeps its earlier values.</summary>
    public bool IsFilterable { get; init; }

    /// <summary>Classification level (<c>x-exchange.level</c>) 1–4, GB/T 43697-2024; 0 where none is declared.</summary>
    public int Level { get; init; }

    /// <summary>Kind of personal information (<c>x-exchange.personal</c>), such as <c>name</c>, <c>id</c>, <c>phone</c>, <c>address</c>; null for none.</summary>
    public string? Personal { get; init; }

    /// <summary>Standard data element (<c>x-exchange.element</c>), or null.</summary>
    public string? Element { get; init; }

    /// <summary>Mask that a grant carries unless it names another (<c>x-exchange.mask</c>), or null.</summary>
    public string? DefaultMask { get; init; }

    /// <summary>The <c>format</c> keyword, or null.</summary>
    public string? Format { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    public FieldRules Rules { get; init; } = FieldRules.None;
}

/// <summary>The constraints of one field beyond its type. Null where the keyword is absent.</summary>
public sealed record FieldRules
{
    public static readonly FieldRules None = new();

    /// <summary>Code points, not UTF-16 units.</summary>
    public int? MinLength { get; init; }

    /// <summary>Code points, not UTF-16 units.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Matched anywhere in the value, in linear time.</summary>
    public string? Pattern { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public decimal? ExclusiveMinimum { get; init; }

    public decimal? ExclusiveMaximum { get; init; }

    public decimal? MultipleOf { get; init; }

    /// <summary>Allowed values in their canonical text (<c>enum</c>, or the one value of <c>const</c>); null where any is allowed.</summary>
    public IReadOnlyList<string>? Enum { get; init; }
}
