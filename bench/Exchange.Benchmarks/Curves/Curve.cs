using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Curves;

/// <summary>How a cost grows: what is on the axes, and how the points are measured.</summary>
/// <param name="Name">Name on the command line (after <c>curve</c>) and of the image.</param>
/// <param name="X">What grows, in Chinese and English.</param>
/// <param name="Y">What is measured, with its unit, in Chinese and English. From 0.</param>
internal sealed record Curve(
    string Name, Words Title, Words X, Words Y, Func<Workbench, CancellationToken, Task<CurvePoints>> MeasureAsync)
{
    public const string Prefix = "curve ";

    public string FullName => Prefix + Name;
}

internal sealed record Words(string Zh, string En);

/// <param name="Series">Ours first; all have the same x.</param>
/// <param name="Note">Conditions and sizes.</param>
internal sealed record CurvePoints(IReadOnlyList<Series> Series, string Note);

internal sealed record Series(Words Label, IReadOnlyList<Point> Points);

/// <param name="Y">Median of the repetitions.</param>
/// <param name="Low">Lowest of them.</param>
/// <param name="High">Highest of them.</param>
internal sealed record Point(double X, double Y, double Low, double High);
