using System.Globalization;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Formats;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Changes;

/// <summary>What is asked for by <c>GET /v1/changes/{resource}</c>.</summary>
/// <param name="From">Where the reader stands.</param>
/// <param name="Limit">Changes in one answer, at most.</param>
/// <param name="Wait">How long to wait for the first change.</param>
internal sealed record ChangesQuery(RowFormat Format, ChangesCursor From, int Limit, TimeSpan Wait) : IAccessQuery
{
    public const int DefaultLimit = 1_000;
    public const int MaxLimit = 10_000;
    private const int MaxWaitSeconds = 60;

    public long? FromOffset => From.Offset;

    public static Result<ChangesQuery> Parse(HttpContext http, GrantPlan plan, SealedCursor cursors)
    {
        var format = RowFormats.Choose(http, RowFormat.Json, RowFormat.Ndjson, RowFormat.Rows);
        if (format.IsError) return format.Error;
        var parameters = QueryParameters.Only(http, "after", "limit", "wait");
        if (parameters.IsError) return parameters.Error;
        if (!Number(parameters.Value, "limit", DefaultLimit, 1, MaxLimit, out var limit)) return Invalid("limit", $"1–{MaxLimit}");
        if (!Number(parameters.Value, "wait", 0, 0, MaxWaitSeconds, out var wait)) return Invalid("wait", $"0–{MaxWaitSeconds}");

        var from = default(ChangesCursor);
        if (parameters.Value.TryGetValue("after", out var cursor))
        {
            var content = cursors.Open(SealedCursor.ForChanges, plan, cursor);
            if (content.IsError)
            {
                if (content.Error.Code == ErrorCodes.CursorExpired) LinkSnapshot(http, plan);
                return content.Error;
            }

            from = ChangesCursor.Unpack(content.Value);
        }

        return new ChangesQuery(format.Value, from, limit, TimeSpan.FromSeconds(wait));
    }

    /// <summary>Tells a reader whose cursor has expired where to start over.</summary>
    public static void LinkSnapshot(HttpContext http, GrantPlan plan) =>
        http.Response.Headers.Link = $"</v1/data/{Uri.EscapeDataString(plan.Resource)}>; rel=\"collection\"";

    private static bool Number(IReadOnlyDictionary<string, string> parameters, string name, int absent, int least, int most, out int number)
    {
        number = absent;
        return !parameters.TryGetValue(name, out var text)
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }

    private static Error Invalid(string parameter, string range) => ErrorCodes.ParameterInvalid.With(("parameter", parameter), ("reason", range));
}
