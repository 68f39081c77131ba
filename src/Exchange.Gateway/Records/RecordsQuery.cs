using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Formats;
using Exchange.Records.Filters;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Records;

/// <param name="Column">Unmasked, or the key of the default order.</param>
internal sealed record OrderTerm(PlanColumn Column, bool Descending);

/// <summary>What is asked for by <c>GET /v1/data/{resource}</c>.</summary>
/// <param name="Columns">What is selected, in schema order.</param>
/// <param name="Order">As asked; the keys are added where a page needs a total order.</param>
/// <param name="Limit">Rows of a page; null for the whole slice as a stream.</param>
/// <param name="After">Order values of the last row of the page before, or null for the first page.</param>
/// <param name="Fingerprint">Hash of everything a page's cursor is bound to.</param>
internal sealed record RecordsQuery(
    RowFormat Format,
    IReadOnlyList<PlanColumn> Columns,
    Filter? Filter,
    IReadOnlyList<OrderTerm> Order,
    int? Limit,
    string?[]? After,
    string Fingerprint) : IAccessQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1_000;
    private const int MaxOrderTerms = 8;
    private static readonly string[] Own = ["select", "order", "limit", "cursor"];

    public long? FromOffset => null;

    /// <summary>Whether the answer is the whole granted slice, from which changes can be followed.</summary>
    public bool IsWholeSlice(GrantPlan plan) => Filter is null && Columns.Count == plan.Columns.Count;

    public static Result<RecordsQuery> Parse(HttpContext http, GrantPlan plan, SealedCursor cursors)
    {
        var format = RowFormats.Choose(http, RowFormat.Json, RowFormat.Ndjson, RowFormat.Csv, RowFormat.Rows);
        if (format.IsError) return format.Error;
        var parameters = QueryParameters.Of(http);
        if (parameters.IsError) return parameters.Error;
        var own = parameters.Value.Where(p => Own.Contains(p.Name, StringComparer.Ordinal)).ToLookup(p => p.Name, p => p.Value, StringComparer.Ordinal);
        foreach (var given in own)
            if (given.Count() > 1) return ErrorCodes.ParameterInvalid.With(("parameter", given.Key), ("reason", "given twice"));

        var columns = Select(own["select"].FirstOrDefault(), plan);
        if (columns.IsError) return columns.Error;
        var order = OrderBy(own["order"].FirstOrDefault(), plan);
        if (order.IsError) return order.Error;
        var limit = LimitOf(own["limit"].FirstOrDefault(), format.Value);
        if (limit.IsError) return limit.Error;
        // Masked fields are no more visible here than hidden ones: what a filter finds would tell what the mask hides.
        var conditions = parameters.Value.Where(p => !Own.Contains(p.Name, StringComparer.Ordinal)).Select(p => KeyValuePair.Create(p.Name, p.Value));
        var filter = FilterParser.Parse(conditions, plan.Schema, field => plan.ByName.TryGetValue(field.Name, out var column) && column.IsOpen);
        if (filter.IsError) return filter.Error;

        var query = new RecordsQuery(format.Value, columns.Value, filter.Value.IsAll ? null : filter.Value, order.Value, limit.Value, null, Hash(parameters.Value));
        return own["cursor"].FirstOrDefault() is { } cursor ? Continue(query, plan, cursors, cursor) : query;
    }

    private static Result<RecordsQuery> Continue(RecordsQuery query, GrantPlan plan, SealedCursor cursors, string cursor)
    {
        if (query.Limit is null) return ErrorCodes.ParameterInvalid.With(("parameter", "cursor"), ("reason", "a cursor belongs to pages: give a limit"));
        var content = cursors.Open(SealedCursor.ForPage, plan, cursor);
        if (content.IsError) return content.Error;
        var values = SealedCursor.Unpack(content.Value);
        return values.Length > 0 && values[0] == query.Fingerprint ? query with { After = values[1..] } : ErrorCodes.CursorInvalid.With();
    }

    private static Result<IReadOnlyList<PlanColumn>> Select(string? select, GrantPlan plan)
    {
        if (select is null) return Result(plan.Columns);
        var chosen = new HashSet<PlanColumn>();
        foreach (var name in select.Split(','))
        {
            if (!plan.ByName.TryGetValue(name, out var column)) return ErrorCodes.FieldUnknown.With(("field", name));
            chosen.Add(column);
        }

        return chosen.OrderBy(c => c.Field.Ordinal).ToArray();
    }

    private static Result<IReadOnlyList<OrderTerm>> OrderBy(string? order, GrantPlan plan)
    {
        if (order is null) return Array.Empty<OrderTerm>();
        var terms = new List<OrderTerm>();
        foreach (var term in order.Split(','))
        {
            var dot = term.LastIndexOf('.');
            var name = dot < 0 ? term : term[..dot];
            var direction = dot < 0 ? "asc" : term[(dot + 1)..];
            if (direction is not ("asc" or "desc")) return ErrorCodes.ParameterInvalid.With(("parameter", "order"), ("reason", "field.asc or field.desc"));
            if (!plan.ByName.TryGetValue(name, out var column) || !column.IsOpen) return ErrorCodes.FieldUnknown.With(("field", name));
            if (terms.Count == MaxOrderTerms || terms.Exists(t => t.Column == column)) return ErrorCodes.ParameterInvalid.With(("parameter", "order"), ("reason", $"at most {MaxOrderTerms} different fields"));
            terms.Add(new OrderTerm(column, direction == "desc"));
        }

        return terms.ToArray();
    }

    private static Result<int?> LimitOf(string? limit, RowFormat format)
    {
        if (limit is null) return format == RowFormat.Json ? DefaultLimit : (int?)null;
        if (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) && rows is > 0 and <= MaxLimit) return (int?)rows;
        return ErrorCodes.ParameterInvalid.With(("parameter", "limit"), ("reason", $"1–{MaxLimit}"));
    }

    // Everything but cursor and limit: a page may be followed by one of another size.
    private static string Hash(IEnumerable<QueryParameter> parameters)
    {
        var text = string.Join('\n', parameters.Where(p => p.Name is not ("cursor" or "limit")).Select(p => $"{p.Name.Length}:{p.Name}={p.Value}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static Result<IReadOnlyList<PlanColumn>> Result(IReadOnlyList<PlanColumn> columns) => columns.ToArray();
}
