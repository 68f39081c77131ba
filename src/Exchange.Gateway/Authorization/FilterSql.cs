using Exchange.Records.Filters;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Authorization;

/// <summary>Filters as SQL conditions. Means the same as <see cref="Filter.Matches"/>, held to it by a property test.</summary>
internal static class FilterSql
{
    /// <param name="name">SQL of the column that a field is looked up in; text columns compare by their bytes (collation C).</param>
    public static string Compile(Filter filter, SqlValues values, Func<Field, string> name) => filter switch
    {
        Filter.Comparison f => $"({name(f.Field)} {Operator(f.Operator)} {Value(f.Value, values)})",
        Filter.In f => $"({name(f.Field)} IN ({string.Join(", ", f.Values.Select(v => Value(v, values)))}))",
        Filter.IsNull f => $"({name(f.Field)} IS NULL)",
        Filter.IsTruth f => $"({name(f.Field)} IS {(f.Value ? "TRUE" : "FALSE")})",
        Filter.Like f => $"({name(f.Field)} {(f.IgnoreCase ? "ILIKE" : "LIKE")} {values.Add(f.Pattern, "text")})",
        Filter.Not f => $"(NOT {Compile(f.Item, values, name)})",
        Filter.And { Items.Count: 0 } => "TRUE",
        Filter.And f => $"({string.Join(" AND ", f.Items.Select(i => Compile(i, values, name)))})",
        Filter.Or f => $"({string.Join(" OR ", f.Items.Select(i => Compile(i, values, name)))})",
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, null),
    };

    private static string Value(FilterValue value, SqlValues values) => values.Add(value.Text, value.Type.PostgresName());

    private static string Operator(ComparisonOperator comparison) => comparison switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "<>",
        ComparisonOperator.Greater => ">",
        ComparisonOperator.GreaterOrEqual => ">=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, null),
    };
}
