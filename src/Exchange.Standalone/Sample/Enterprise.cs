namespace Exchange.Standalone.Sample;

/// <summary>One enterprise registration as the bureau's own system holds it. A broken row may lack what a valid one always has.</summary>
internal sealed record Enterprise
{
    public required string Uscc { get; init; }

    public required string Name { get; init; }

    public required string? LegalRepresentative { get; init; }

    public required string? ResidentId { get; init; }

    /// <summary>In units of 10,000 yuan.</summary>
    public required decimal? Capital { get; init; }

    public required DateOnly? Established { get; init; }

    public required int? Status { get; init; }

    public required string? Region { get; init; }

    public required string? Address { get; init; }

    public required string? Phone { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required string? Scope { get; init; }
}

/// <summary>A row that the catalogue must set aside.</summary>
/// <param name="Field">The field that is wrong.</param>
/// <param name="Rule">Name of the error code that must be its reason.</param>
/// <param name="Kind">What was done to it, for the reader.</param>
internal sealed record BrokenRow(string Uscc, string Field, string Rule, Bilingual Kind);
