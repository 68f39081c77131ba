using Exchange.Contracts.Errors;

namespace Exchange.Contracts.Messages.V1;

/// <summary>The answer to a request that fails as expected. Carries an <see cref="Error"/> by its code.</summary>
public sealed record Failed(string Code, Dictionary<string, string> Data, FailedDetail[] Details)
{
    public static Failed From(Error error) => new(
        error.Code.Name,
        new(error.Data, StringComparer.Ordinal),
        [.. error.Details.Select(d => new FailedDetail(d.Pointer, d.Code.Name, new(d.Data, StringComparer.Ordinal)))]);

    /// <summary>The error again. A code that this process does not know (a newer peer) becomes <c>unexpected</c> with the name as reference.</summary>
    public Error ToError() => new(Find(Code), Find(Code) == ErrorCodes.Unexpected ? new Dictionary<string, string>(StringComparer.Ordinal) { ["trace"] = Code } : Data,
        [.. Details.Select(d => new ErrorDetail(d.Pointer, Find(d.Code), d.Data))]);

    private static ErrorCode Find(string name) => ErrorCodes.ByName.GetValueOrDefault(name, ErrorCodes.Unexpected);
}

public sealed record FailedDetail(string Pointer, string Code, Dictionary<string, string> Data);
