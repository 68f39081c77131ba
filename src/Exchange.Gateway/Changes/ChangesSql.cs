using Exchange.Gateway.Authorization;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Changes;

/// <summary>Statements over the changes of a resource. Each gives its rows as binary COPY: offset, operation, then the granted columns.</summary>
internal static class ChangesSql
{
    /// <summary>Fields in front of the granted columns.</summary>
    public const int Lead = 2;

    /// <summary>Rows of the first load, by the offset of their last change.</summary>
    public static string Loaded(GrantPlan plan, SqlValues values, long after, long upTo, int limit)
    {
        var columns = PlanSql.Projection(plan, plan.Columns, "t", values);
        return $"""
            COPY (
                SELECT t._offset, 'insert'::text, {string.Join(", ", columns)}
                FROM {Sql.Table(plan.Resource)} t
                WHERE t._offset > {after} AND t._offset <= {upTo} AND {PlanSql.Rows(plan, values, PlanSql.Of("t"))}
                ORDER BY t._offset LIMIT {limit}
            ) TO STDOUT (FORMAT binary)
            """;
    }

    /// <summary>
    /// Entries of the feed, seen through the grant's row filter before and after each change. An insert or update carries the current row; where that is gone or
    /// outside the filter by now, a later entry says so and this one is left out.
    /// </summary>
    /// <param name="suppress">Whether updates that touch no granted column are left out: only a reader that holds the row already may miss them.</param>
    public static string Fed(GrantPlan plan, SqlValues values, long after, long upTo, int limit, bool suppress)
    {
        var current = PlanSql.Projection(plan, plan.Columns, "t", values);
        var deleted = Deleted(plan, values);
        var wasIn = $"(e.op <> 'I' AND ({PlanSql.Rows(plan, values, Kept("before"))}) IS TRUE)";
        var isIn = $"(e.op <> 'D' AND ({PlanSql.Rows(plan, values, Kept("after"))}) IS TRUE)";
        var nowIn = $"(t._offset IS NOT NULL AND ({PlanSql.Rows(plan, values, PlanSql.Of("t"))}) IS TRUE)";
        var update = suppress ? $"c.was AND (e.changed & {plan.ColumnBits}) <> 0" : "c.was";
        var columns = plan.Columns.Select((_, i) => $"CASE WHEN c.\"is\" THEN {current[i]} ELSE {deleted[i]} END");
        return $"""
            COPY (
                SELECT e._offset, CASE WHEN NOT c."is" THEN 'delete' WHEN c.was THEN 'update' ELSE 'insert' END::text, {string.Join(", ", columns)}
                FROM {Sql.Feed(plan.Resource)} e
                LEFT JOIN {Sql.Table(plan.Resource)} t ON {string.Join(" AND ", plan.Schema.Keys.Select(k => $"t.{Sql.Name(k.Name)} = e.{Sql.Name("key:" + k.Name)}"))}
                CROSS JOIN LATERAL (SELECT {wasIn} AS was, {isIn} AS "is") c
                WHERE e._offset > {after} AND e._offset <= {upTo}
                    AND ((c.was AND NOT c."is") OR (c."is" AND {nowIn} AND (NOT c.was OR ({update}))))
                ORDER BY e._offset LIMIT {limit}
            ) TO STDOUT (FORMAT binary)
            """;
    }

    // Of a deleted row only the key leaves, as it left when the row was sent.
    private static List<string> Deleted(GrantPlan plan, SqlValues values)
    {
        var expressions = new List<string>();
        foreach (var column in plan.Columns)
        {
            if (!column.Field.IsKey)
            {
                expressions.Add($"NULL::{column.Type.PostgresName()}");
                continue;
            }

            var masked = PlanSql.Projection(plan, [column], "e", values)[0];
            expressions.Add(masked.Replace($"e.{Sql.Name(column.Name)}", $"e.{Sql.Name("key:" + column.Name)}", StringComparison.Ordinal));
        }

        return expressions;
    }

    private static Func<Field, string> Kept(string when) => field => $"e.{Sql.Name($"{when}:{field.Name}")}";
}
