using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Curves;

/// <summary>Publishing several resources at the same time.</summary>
internal static class ResourcesCurve
{
    private const int Part = 10;
    private const string Name = "resources";
    private static readonly int[] Times = [1, 2, 4, 8];

    public static readonly Curve Curve = new(
        Name, new("同时发布多个资源", "Publishing several resources at once"), new("同时发布的资源数", "resources at once"), new("行/秒（合计）", "rows/s over all"), MeasureAsync);

    private static async Task<CurvePoints> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var source = await bench.SourceAsync(cancellation);
        var rows = Math.Max(1000, bench.Options.Rows / Part);
        await EnterpriseTable.FillAsync(source.Database, Name, rows, cancellation);
        List<Point> ours = [], peer = [];
        foreach (var times in Times)
        {
            var publication = new Publication(source, $"{Name}_{times}", Name, rows);
            var (our, their) = await PublishedPoints.MeasureAsync(bench, times, publication, times, EnterpriseTable.Definition, cancellation);
            ours.Add(our);
            peer.Add(their);
        }

        await EnterpriseTable.ExecuteAsync(source.Database, $"DROP TABLE {Name}", cancellation);
        return new CurvePoints([new(PublishedPoints.Ours, ours), new(PublishedPoints.Peer, peer)], $"{rows:N0} rows each, 12 columns");
    }
}
