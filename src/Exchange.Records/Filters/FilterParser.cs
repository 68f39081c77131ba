using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Records.Filters;

/// <summary>
/// Reads row filters: <c>field=op.value</c> with <c>eq neq gt gte lt lte like ilike in is</c>, <c>not.</c> before an operator, and <c>and=(…)</c>, <c>or=(…)</c>, <c>not.and=(…)</c>,
/// <c>not.or=(…)</c> with <c>field.op.value</c> and nested groups inside. In patterns <c>*</c> stands for <c>%</c>. Inside brackets a value with a comma, a bracket or a quote is
/// put in double quotes, with a backslash before a quote or backslash. At most 100 conditions, 8 levels, 4,000 characters a value, 500 values a list, 20 wildcards a pattern.
/// </summary>
public static class FilterParser
{
    /// <summary>Parses decoded query parameters; all must match. Parameters that are no filters (<c>select</c>, <c>order</c>, …) must be taken out before.</summary>
    /// <param name="visible">Fields that the caller may name; others are refused exactly like unknown ones. Null for all.</param>
    /// <returns>Fails with <see cref="ErrorCodes.FieldUnknown"/> or <see cref="ErrorCodes.FilterInvalid"/>, whose <c>parameter</c> and <c>offset</c> tell where.</returns>
    public static Result<Filter> Parse(IEnumerable<KeyValuePair<string, string>> parameters, ResourceSchema schema, Func<Field, bool>? visible = null)
    {
        var limits = new FilterLimits();
        var items = new List<Filter>();
        foreach (var (name, value) in parameters)
        {
            var parsed = new FilterReader(name, value, schema, visible, limits).ReadParameter();
            if (parsed.IsError) return parsed.Error;
            items.Add(parsed.Value);
        }

        return items.Count == 1 ? items[0] : new Filter.And(items);
    }

    /// <summary>
    /// Parses a filter in query form, such as <c>region_code=like.3301*&amp;status=eq.1</c>. Percent escapes are decoded, so that <c>&amp;</c> (<c>%26</c>) and <c>%</c> (<c>%25</c>) can stand in
    /// values; a plus sign is a plus sign. The empty text matches every row.
    /// </summary>
    public static Result<Filter> ParseQuery(string query, ResourceSchema schema, Func<Field, bool>? visible = null)
    {
        if (query.Length == 0) return Filter.All;
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var pair in query.Split('&'))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) return FilterReader.Invalid(Uri.UnescapeDataString(pair), 0, "field=operator.value expected", "应为 字段=运算符.值");
            parameters.Add(new(Uri.UnescapeDataString(pair[..equals]), Uri.UnescapeDataString(pair[(equals + 1)..])));
        }

        return Parse(parameters, schema, visible);
    }
}

/// <summary>Counts what one filter may hold, over all its parameters.</summary>
internal sealed class FilterLimits
{
    public const int MaxConditions = 100;
    public const int MaxDepth = 8;
    public const int MaxValue = 4000;
    public const int MaxList = 500;
    public const int MaxWildcards = 20;

    public int Conditions { get; set; }
}
