using Exchange.Contracts.Errors;
using Microsoft.Net.Http.Headers;

namespace Exchange.Gateway.Problems;

internal static class Languages
{
    /// <summary>The caller's preferred one of the two languages; Chinese where none is named.</summary>
    public static Language Of(HttpContext http)
    {
        var header = http.Request.Headers.AcceptLanguage;
        if (header.Count == 0 || !StringWithQualityHeaderValue.TryParseList(header, out var accepted)) return Language.Zh;
        double zh = 0, en = 0;
        foreach (var language in accepted)
        {
            var quality = language.Quality ?? 1;
            if (language.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase)) zh = Math.Max(zh, quality);
            else if (language.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase)) en = Math.Max(en, quality);
        }

        return en > zh ? Language.En : Language.Zh;
    }
}
