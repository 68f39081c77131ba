using System.Collections.Frozen;

namespace Exchange.Records.Validation;

/// <summary>What a validator needs to know besides the schema.</summary>
public sealed record ValidatorOptions
{
    public static readonly ValidatorOptions Default = new();

    /// <summary>Tells today's date (China Standard Time) for dates that must not lie in the future.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Unified social credit codes that are legally valid although their check character is wrong (early pilot issues). They pass without a warning; any other wrong
    /// check character is a warning, never a refusal.
    /// </summary>
    public FrozenSet<string> KnownCreditCodes { get; init; } =
        new[] { "91350203M0001FUE2P", "91350100M0001TGQXM", "91350211M0000XUF46" }.ToFrozenSet(StringComparer.Ordinal);
}
