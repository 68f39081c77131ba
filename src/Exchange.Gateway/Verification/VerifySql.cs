using Exchange.Gateway.Authorization;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Verification;

internal static class VerifySql
{
    /// <summary>
    /// Two booleans: whether the first load of the resource is under way, and whether a granted row with the key holds the values. No row where the resource has no feed yet.
    /// A value of null matches a null.
    /// </summary>
    public static string Compare(GrantPlan plan, VerifyQuery query, SqlValues values)
    {
        var keys = query.Key.Select(k => $"t.{Sql.Name(k.Field.Name)} = {values.Add(k.Value!, k.Field.Type.PostgresName())}");
        var match = query.Match.Select(m => m.Value is null
            ? $"t.{Sql.Name(m.Field.Name)} IS NULL"
            : $"t.{Sql.Name(m.Field.Name)} = {values.Add(m.Value, m.Field.Type.PostgresName())}");
        return $"""
            SELECT f.loading, EXISTS (
                SELECT FROM {Sql.Table(plan.Resource)} t
                WHERE {string.Join(" AND ", keys)} AND {PlanSql.Rows(plan, values, PlanSql.Of("t"))} AND {string.Join(" AND ", match)})
            FROM catalog.feed f WHERE f.resource_id = {values.Add(plan.ResourceId.ToString(), "uuid")}
            """;
    }
}
