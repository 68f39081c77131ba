using Exchange.Gateway.Authorization;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Records;

/// <summary>Statements over the current rows of a resource. Identifiers come from the plan, values go through <see cref="SqlValues"/>.</summary>
internal static class RecordsSql
{
    /// <summary>Parameter 1: the resource.</summary>
    public const string FeedHead = "SELECT head, loading, floor, load_end FROM catalog.feed WHERE resource_id = $1";

    public const string StatementTimeout = "SELECT set_config('statement_timeout', $1, true)";

    public const string CancelBackend = "SELECT pg_cancel_backend($1)";

    /// <summary>A page: per row one record in binary form, the selected columns and after them the order values as text.</summary>
    public static string Page(GrantPlan plan, RecordsQuery query, SqlValues values)
    {
        var columns = PlanSql.Projection(plan, query.Columns, "t", values);
        var order = TotalOrder(plan, query, values);
        var positions = order.Select(o => $"({o.Expression})::text");
        var after = query.After is null ? "TRUE" : After(order, query.After, values);
        return $"""
            SELECT record_send(r) FROM (
                SELECT {Aliased(columns.Concat(positions))}
                FROM {Sql.Table(plan.Resource)} t
                WHERE {Where(plan, query, values)} AND {after}
                ORDER BY {string.Join(", ", order.Select(o => o.Descending ? $"{o.Expression} DESC NULLS FIRST" : $"{o.Expression} ASC NULLS LAST"))}
                LIMIT {query.Limit + 1}
            ) r
            """;
    }

    /// <summary>The whole slice, as binary COPY.</summary>
    public static string Stream(GrantPlan plan, RecordsQuery query, SqlValues values)
    {
        var columns = PlanSql.Projection(plan, query.Columns, "t", values);
        var order = query.Order.Count == 0
            ? ""
            : $" ORDER BY {string.Join(", ", query.Order.Select(o => $"t.{Sql.Name(o.Column.Name)} {(o.Descending ? "DESC NULLS FIRST" : "ASC NULLS LAST")}"))}";
        return $"COPY (SELECT {string.Join(", ", columns)} FROM {Sql.Table(plan.Resource)} t WHERE {Where(plan, query, values)}{order}) TO STDOUT (FORMAT binary)";
    }

    private static string Where(GrantPlan plan, RecordsQuery query, SqlValues values)
    {
        var rows = PlanSql.Rows(plan, values, PlanSql.Of("t"));
        return query.Filter is null ? rows : $"{rows} AND {FilterSql.Compile(query.Filter, values, PlanSql.Of("t"))}";
    }

    // A key that does not leave as it is orders by what does leave, so that the place of a row tells nothing about its key.
    private static List<OrderPosition> TotalOrder(GrantPlan plan, RecordsQuery query, SqlValues values)
    {
        var order = query.Order.Select(o => new OrderPosition($"t.{Sql.Name(o.Column.Name)}", o.Column.Type, o.Column.Field.Nullable, o.Descending)).ToList();
        foreach (var key in plan.Schema.Keys)
        {
            if (query.Order.Any(o => o.Column.Field == key)) continue;
            var column = plan.ByName.GetValueOrDefault(key.Name) ?? new PlanColumn(key, Contracts.Messages.V1.Masks.Pseudonym, FieldType.Text);
            order.Add(new OrderPosition(PlanSql.Projection(plan, [column], "t", values)[0], column.Type, Nullable: false, Descending: false));
        }

        return order;
    }

    // The rows after the last one of the page before, in the order's own sense of nulls.
    private static string After(List<OrderPosition> order, string?[] last, SqlValues values)
    {
        if (order.All(o => !o.Nullable && !o.Descending))
        {
            var bounds = order.Select((o, i) => values.Add(last[i]!, o.Type.PostgresName()));
            return $"({string.Join(", ", order.Select(o => o.Expression))}) > ({string.Join(", ", bounds)})";
        }

        var alternatives = new List<string>();
        for (var i = 0; i < order.Count; i++)
        {
            var beyond = Beyond(order[i], last[i], values);
            if (beyond is null) continue;
            var equal = Enumerable.Range(0, i).Select(n => last[n] is { } value
                ? $"{order[n].Expression} = {values.Add(value, order[n].Type.PostgresName())}"
                : $"{order[n].Expression} IS NULL");
            alternatives.Add($"({string.Join(" AND ", equal.Append(beyond))})");
        }

        return $"({string.Join(" OR ", alternatives)})";
    }

    private static string? Beyond(OrderPosition position, string? last, SqlValues values)
    {
        if (last is null) return position.Descending ? $"{position.Expression} IS NOT NULL" : null;
        var value = values.Add(last, position.Type.PostgresName());
        if (position.Descending) return $"{position.Expression} < {value}";
        return position.Nullable ? $"({position.Expression} > {value} OR {position.Expression} IS NULL)" : $"{position.Expression} > {value}";
    }

    private static string Aliased(IEnumerable<string> expressions) => string.Join(", ", expressions.Select((e, i) => $"{e} AS c{i}"));

    private sealed record OrderPosition(string Expression, FieldType Type, bool Nullable, bool Descending);
}
