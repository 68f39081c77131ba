using Exchange.Contracts.Errors;
using Microsoft.Net.Http.Headers;

namespace Exchange.Gateway.Formats;

internal enum RowFormat
{
    Json,
    Ndjson,
    Csv,
    Rows,
}

/// <summary>The media types that records leave in, and the choice between them by <c>Accept</c>.</summary>
internal static class RowFormats
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";
    public const string Csv = "text/csv";
    public const string Rows = "application/vnd.exchange.rows";
    private static readonly (string MediaType, RowFormat Format)[] All =
        [(Json, RowFormat.Json), (Ndjson, RowFormat.Ndjson), (Csv, RowFormat.Csv), (Rows, RowFormat.Rows)];

    /// <returns>The offered format that is accepted most; the first one where the header is absent.</returns>
    public static Result<RowFormat> Choose(HttpContext http, params RowFormat[] offered)
    {
        var header = http.Request.Headers.Accept;
        if (header.Count == 0 || (header.Count == 1 && (header[0] == "*/*" || header[0] == MediaType(offered[0])))) return offered[0];
        if (!MediaTypeHeaderValue.TryParseList(header, out var accepted)) return None(offered);
        RowFormat? best = null;
        var quality = 0.0;
        foreach (var format in offered)
        {
            var offer = new MediaTypeHeaderValue(MediaType(format));
            var match = accepted.Where(offer.IsSubsetOf).OrderByDescending(Specificity).FirstOrDefault();
            if (match is null || (match.Quality ?? 1) <= quality) continue;
            (best, quality) = (format, match.Quality ?? 1);
        }

        return best is { } chosen ? chosen : None(offered);
    }

    public static string MediaType(RowFormat format) => Array.Find(All, f => f.Format == format).MediaType;

    public static string ContentType(RowFormat format) => format == RowFormat.Csv ? "text/csv; charset=utf-8; header=present" : MediaType(format);

    private static int Specificity(MediaTypeHeaderValue range) => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;

    private static Error None(RowFormat[] offered) => ErrorCodes.FormatNotAcceptable.With(("formats", string.Join(", ", offered.Select(MediaType))));
}
