using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Filters;

/// <summary>Evaluates filters in memory as PostgreSQL would: three-valued, null for unknown.</summary>
internal static class FilterEvaluation
{
    public static bool? Evaluate(Filter filter, ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        switch (filter)
        {
            case Filter.IsNull f:
                return fields[f.Field.Ordinal].IsNull;
            case Filter.IsTruth f:
                var truth = fields[f.Field.Ordinal];
                return !truth.IsNull && RowValue.Boolean(Bytes(rows, truth)) == f.Value;
            case Filter.Comparison f:
                var slice = fields[f.Field.Ordinal];
                return slice.IsNull ? null : Holds(f.Operator, Compare(f.Field.Type, Bytes(rows, slice), f.Value.Binary));
            case Filter.In f:
                return EvaluateIn(f, rows, fields);
            case Filter.Like f:
                var text = fields[f.Field.Ordinal];
                return text.IsNull ? null : FilterPattern.Matches(RowValue.Text(Bytes(rows, text)), f.Pattern, f.IgnoreCase);
            case Filter.Not f:
                return !Evaluate(f.Item, rows, fields);
            case Filter.And f:
                bool? all = true;
                foreach (var item in f.Items) all &= Evaluate(item, rows, fields);
                return all;
            case Filter.Or f:
                bool? any = false;
                foreach (var item in f.Items) any |= Evaluate(item, rows, fields);
                return any;
            default:
                throw new InvalidOperationException("There is no other filter.");
        }
    }

    private static bool? EvaluateIn(Filter.In filter, ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        var slice = fields[filter.Field.Ordinal];
        if (slice.IsNull) return null;
        foreach (var value in filter.Values)
        {
            if (Compare(filter.Field.Type, Bytes(rows, slice), value.Binary) == 0) return true;
        }

        return false;
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> rows, FieldSlice slice) => rows.Slice(slice.Offset, slice.Length);

    private static int Compare(FieldType type, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => type switch
    {
        FieldType.Integer or FieldType.Timestamp or FieldType.Time => RowValue.Int64(left).CompareTo(RowValue.Int64(right)),
        FieldType.Number => PgNumeric.Compare(left, right),
        FieldType.Double => RowValue.Double(left).CompareTo(RowValue.Double(right)),
        FieldType.Date => RowValue.Date(left).CompareTo(RowValue.Date(right)),
        // Text by its bytes, booleans false before true, UUIDs by their bytes: all the same comparison.
        _ => left.SequenceCompareTo(right),
    };

    private static bool Holds(ComparisonOperator comparison, int order) => comparison switch
    {
        ComparisonOperator.Equal => order == 0,
        ComparisonOperator.NotEqual => order != 0,
        ComparisonOperator.Greater => order > 0,
        ComparisonOperator.GreaterOrEqual => order >= 0,
        ComparisonOperator.Less => order < 0,
        ComparisonOperator.LessOrEqual => order <= 0,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, null),
    };
}
