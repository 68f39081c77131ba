namespace Exchange.Benchmarks.Curves;

/// <summary>The curves of the performance page, in its order.</summary>
internal static class AllCurves
{
    public static readonly Curve[] All = [RowsCurve.Curve, ColumnsCurve.Curve, ResourcesCurve.Curve, SubscribersCurve.Curve];

    /// <summary>The curves whose full names (<c>curve rows</c>) begin with one of some names, separated by semicolons.</summary>
    public static IReadOnlyList<Curve> Named(string names) =>
        [.. All.Where(c => BenchOptions.NamesIn(names).Any(name => c.FullName.StartsWith(name, StringComparison.OrdinalIgnoreCase)))];
}
