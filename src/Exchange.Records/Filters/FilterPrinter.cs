using System.Text;

namespace Exchange.Records.Filters;

/// <summary>Writes filters in query form, percent-escaped where the query form needs it.</summary>
internal static class FilterPrinter
{
    public static string Print(Filter filter)
    {
        if (filter.IsAll) return "";
        var text = new StringBuilder();
        Write(text, filter is Filter.And or Filter.Or ? filter : new Filter.And([filter]));
        var expression = text.ToString();
        var bracket = expression.IndexOf('(', StringComparison.Ordinal);
        return expression[..bracket] + "=" + expression[bracket..].Replace("%", "%25", StringComparison.Ordinal).Replace("&", "%26", StringComparison.Ordinal);
    }

    private static void Write(StringBuilder text, Filter filter)
    {
        switch (filter)
        {
            case Filter.Comparison f:
                text.Append(f.Field.Name).Append('.').Append(Word(f.Operator)).Append('.');
                WriteValue(text, f.Value.Text);
                break;
            case Filter.In f:
                text.Append(f.Field.Name).Append(".in.(");
                for (var i = 0; i < f.Values.Count; i++)
                {
                    if (i > 0) text.Append(',');
                    WriteValue(text, f.Values[i].Text);
                }

                text.Append(')');
                break;
            case Filter.IsNull f:
                text.Append(f.Field.Name).Append(".is.null");
                break;
            case Filter.IsTruth f:
                text.Append(f.Field.Name).Append(f.Value ? ".is.true" : ".is.false");
                break;
            case Filter.Like f:
                text.Append(f.Field.Name).Append(f.IgnoreCase ? ".ilike." : ".like.");
                WriteValue(text, f.Pattern);
                break;
            case Filter.Not f:
                WriteNot(text, f.Item);
                break;
            case Filter.And f:
                WriteGroup(text, "and", f.Items);
                break;
            case Filter.Or f:
                WriteGroup(text, "or", f.Items);
                break;
        }
    }

    // The grammar has "not." before a group or, inside a condition, before its operator; a negation of a negation needs a group between.
    private static void WriteNot(StringBuilder text, Filter item)
    {
        if (item is Filter.And or Filter.Or or Filter.Not)
        {
            text.Append("not.");
            Write(text, item is Filter.Not ? new Filter.And([item]) : item);
            return;
        }

        var condition = new StringBuilder();
        Write(condition, item);
        var condensed = condition.ToString();
        var dot = condensed.IndexOf('.', StringComparison.Ordinal);
        text.Append(condensed, 0, dot).Append(".not").Append(condensed, dot, condensed.Length - dot);
    }

    private static void WriteGroup(StringBuilder text, string kind, IReadOnlyList<Filter> items)
    {
        text.Append(kind).Append('(');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(',');
            Write(text, items[i]);
        }

        text.Append(')');
    }

    private static void WriteValue(StringBuilder text, string value)
    {
        if (value.AsSpan().IndexOfAny(",()\"\\") < 0)
        {
            text.Append(value);
            return;
        }

        text.Append('"').Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
    }

    private static string Word(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Equal => "eq",
        ComparisonOperator.NotEqual => "neq",
        ComparisonOperator.Greater => "gt",
        ComparisonOperator.GreaterOrEqual => "gte",
        ComparisonOperator.Less => "lt",
        ComparisonOperator.LessOrEqual => "lte",
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, null),
    };
}
