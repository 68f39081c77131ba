using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

/// <summary>Collects what a schema breaks, each place and rule once.</summary>
internal sealed class SchemaFindings
{
    private const int Most = 200;

    private readonly HashSet<(string Pointer, ErrorCode Code, string Data)> _known = [];

    public List<ErrorDetail> All { get; } = [];

    public void Add(string pointer, ErrorCode code, params (string Name, object? Value)[] data)
    {
        var values = code.With(data).Data;
        if (All.Count < Most && _known.Add((pointer, code, string.Join('\n', values.Values)))) All.Add(new ErrorDetail(pointer, code, values));
    }

    /// <summary>A keyword's value is not what it must be. <paramref name="expected"/> is notation, not prose: it stands in texts of both languages.</summary>
    public void Invalid(string pointer, string keyword, string expected) =>
        Add(pointer, ErrorCodes.SchemaKeywordInvalid, ("keyword", keyword), ("expected", expected));

    /// <summary>Escapes a name for a JSON Pointer (RFC 6901).</summary>
    public static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
