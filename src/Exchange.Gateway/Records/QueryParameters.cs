using Exchange.Contracts.Errors;
using Microsoft.AspNetCore.WebUtilities;

namespace Exchange.Gateway.Records;

internal readonly record struct QueryParameter(string Name, string Value);

/// <summary>The query string, decoded, in the order it was written in.</summary>
internal static class QueryParameters
{
    private const int MaxParameters = 128;
    private static readonly Dictionary<string, string> None = [];

    public static Result<IReadOnlyList<QueryParameter>> Of(HttpContext http)
    {
        var parameters = new List<QueryParameter>();
        foreach (var pair in new QueryStringEnumerable(http.Request.QueryString.Value))
        {
            if (parameters.Count == MaxParameters) return ErrorCodes.ParameterInvalid.With(("parameter", "?"), ("reason", $"at most {MaxParameters} parameters"));
            parameters.Add(new QueryParameter(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }

        return parameters.ToArray();
    }

    /// <summary>The values of the parameters that an operation knows; any other, and any that comes twice, is an error.</summary>
    public static Result<IReadOnlyDictionary<string, string>> Only(HttpContext http, params string[] known)
    {
        if (!http.Request.QueryString.HasValue) return None;
        var all = Of(http);
        if (all.IsError) return all.Error;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in all.Value)
        {
            if (!known.Contains(name, StringComparer.Ordinal)) return ErrorCodes.ParameterUnknown.With(("parameter", name));
            if (!values.TryAdd(name, value)) return ErrorCodes.ParameterInvalid.With(("parameter", name), ("reason", "given twice"));
        }

        return values;
    }
}
