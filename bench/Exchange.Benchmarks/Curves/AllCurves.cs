namespace Exchange.Benchmarks.Curves;

/// <summary>The curves of the performance page, in its order.</summary>
internal static class AllCurves
{
    public static readonly Curve[] All = [RowsCurve.Curve, ColumnsCurve.Curve, ResourcesCurve.Curve, SubscribersCurve.Curve];

    /// <summary>The curves whose full names (<c>curve rows</c>) begin so.</summary>
    public static IReadOnlyList<Curve> Named(string names)
    {
        var wanted = names.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. All.Where(c => wanted.Any(name => c.FullName.StartsWith(name, StringComparison.OrdinalIgnoreCase)))];
    }
}
