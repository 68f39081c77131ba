namespace Exchange.Benchmarks.Curves;

/// <summary>The curves of the performance page, in its order.</summary>
internal static class AllCurves
{
    public static readonly Curve[] All = [RowsCurve.Curve, ColumnsCurve.Curve, ResourcesCurve.Curve, SubscribersCurve.Curve];

    /// <summary>The curves whose full names (<c>curve rows</c>) begin so.</summary>
    public static IReadOnlyList<Curve> Named(string name) => [.. All.Where(c => c.FullName.StartsWith(name, StringComparison.OrdinalIgnoreCase))];
}
