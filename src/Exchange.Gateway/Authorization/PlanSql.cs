using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Authorization;

/// <summary>The parts of statements that a plan decides: what columns look like when they leave, and which rows there are at all.</summary>
internal static class PlanSql
{
    /// <summary>The expressions of columns as they leave, in order.</summary>
    /// <param name="row">Alias of the store table.</param>
    public static IReadOnlyList<string> Projection(GrantPlan plan, IEnumerable<PlanColumn> columns, string row, SqlValues values)
    {
        (string Inner, string Outer)? pads = null;
        var expressions = new List<string>();
        foreach (var column in columns)
        {
            var name = $"{row}.{Sql.Name(column.Name)}";
            if (column.Mask == Masks.Pseudonym) pads ??= (values.Add(plan.Pads.Inner, "bytea"), values.Add(plan.Pads.Outer, "bytea"));
            expressions.Add(column.Mask is null ? name : MaskSql.Of(column.Mask, name, pads ?? default));
        }

        return expressions;
    }

    /// <summary>The grant's row filter, over the columns that <paramref name="name"/> gives for its fields; <c>TRUE</c> where all rows are granted.</summary>
    public static string Rows(GrantPlan plan, SqlValues values, Func<Field, string> name) =>
        plan.RowFilter is null ? "TRUE" : FilterSql.Compile(plan.RowFilter, values, name);

    public static Func<Field, string> Of(string row) => field => $"{row}.{Sql.Name(field.Name)}";
}
