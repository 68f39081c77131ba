using Exchange.Contracts.Errors;

namespace Exchange.Records.Validation;

/// <summary>A rule that a row breaks. Never holds the value itself.</summary>
/// <param name="Row">Place of the row in its batch, from 0.</param>
/// <param name="Field">The field, or null where the row as a whole is meant.</param>
/// <param name="Code">The rule.</param>
/// <param name="Limit">The rule's limit, format or type, for the text; null where the rule has none.</param>
/// <param name="IsWarning">A warning is recorded and does not set the row aside.</param>
public readonly record struct Violation(int Row, string? Field, ErrorCode Code, string? Limit, bool IsWarning)
{
    /// <summary>The violation as an error, whose text names field and limit.</summary>
    public Error ToError() => Code.With(("field", Field), ("limit", Limit), ("type", Limit), ("format", Limit));
}
