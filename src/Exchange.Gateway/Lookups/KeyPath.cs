using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Records.Schemas;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Gateway.Lookups;

/// <summary>A key in the last segment of the path: its parts in schema order, joined by commas; a part may stand in double quotes, <c>\</c> escapes.</summary>
internal static class KeyPath
{
    public static Result<string[]> Read(HttpContext http, IReadOnlyList<Field> keys)
    {
        // The routing value keeps %2F as it is and so cannot tell it from %252F.
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = target.Split('?', 2)[0];
        var parts = Split(Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]));
        if (parts.Count != keys.Count) return ErrorCodes.KeyMalformed.With(("count", keys.Count));
        for (var i = 0; i < parts.Count; i++)
        {
            if (KeyText.Canonical(keys[i], parts[i]) is not { } value) return ErrorCodes.ParameterInvalid.With(("parameter", keys[i].Name), ("reason", keys[i].Type.PostgresName()));
            parts[i] = value;
        }

        return parts.ToArray();
    }

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '\\' && i + 1 < text.Length) part.Append(text[++i]);
            else if (c == '"' && (quoted || part.Length == 0)) quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else part.Append(c);
        }

        parts.Add(part.ToString());
        return parts;
    }
}
