using System.Text;

namespace Exchange.Adapters.Sources.Http;

/// <summary>Addresses of pages: query parameters set, and links followed only where they stay with the configured host.</summary>
internal static class PageAddress
{
    /// <summary>The address with a query parameter set to a value, in place of any it has.</summary>
    public static Uri With(Uri address, string parameter, string value)
    {
        var query = new StringBuilder();
        foreach (var part in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.Split('=', 2)[0].Replace('+', ' ');
            if (Uri.UnescapeDataString(name) != parameter) query.Append(query.Length > 0 ? "&" : "").Append(part);
        }

        query.Append(query.Length > 0 ? "&" : "").Append(Uri.EscapeDataString(parameter)).Append('=').Append(Uri.EscapeDataString(value));
        return new UriBuilder(address) { Query = query.ToString(), Fragment = "" }.Uri;
    }

    /// <summary>The address that a link means, seen from an answer; null where it is none.</summary>
    public static Uri? Resolve(Uri from, string link) => Uri.TryCreate(from, link.Trim(), out var to) && to.IsAbsoluteUri ? to : null;

    /// <summary>Whether two addresses are of one scheme, host and port, and neither carries a user.</summary>
    public static bool SameHost(Uri a, Uri b) =>
        a.Scheme == b.Scheme && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase) && a.Port == b.Port && a.UserInfo.Length == 0 && b.UserInfo.Length == 0;

    /// <summary>What may be told of an address: scheme, host and port. Path and query may hold keys.</summary>
    public static string Told(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) is { Length: > 0 } text ? text : $"{address.Scheme}:";
}
