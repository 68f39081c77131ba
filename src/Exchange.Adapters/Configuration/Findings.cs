using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Configuration;

/// <summary>Collects all that is wrong with a file, so that it can be mended in one round.</summary>
internal sealed class Findings
{
    private readonly List<(long Line, ErrorDetail Detail)> _details = [];

    public int Count => _details.Count;

    public void Add(long line, ErrorCode code, params (string Name, object? Value)[] data) =>
        _details.Add((line, new ErrorDetail($"line {line}", code, code.With(data).Data)));

    public void Missing(long line, string path) => Add(line, ErrorCodes.SettingMissing, ("setting", path));

    public void Invalid(long line, string path, string reason, string reasonZh) =>
        Add(line, ErrorCodes.SettingInvalid, ("setting", path), ("reason", reason), ("reason:zh", reasonZh));

    public Error ToError() =>
        ErrorCodes.ConfigurationInvalid.WithDetails(_details.OrderBy(d => d.Line).Select(d => d.Detail), ("count", _details.Count));
}
