using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Curves;

/// <summary>Publishing a table of more and more rows, up to those of the run; ten times as many where the run is a long one.</summary>
internal static class RowsCurve
{
    private const int LeastRows = 1000;
    private static readonly double[] Parts = [0.01, 0.1, 1, 10];

    public static readonly Curve Curve = new(
        "rows", new("发布速度与行数", "Publishing a table as it grows"), new("表的行数", "rows of the table"), new("行/秒", "rows/s"), MeasureAsync);

    private static async Task<CurvePoints> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var source = await bench.SourceAsync(cancellation);
        List<Point> ours = [], peer = [];
        foreach (var part in Parts.Where(p => p <= 1 || bench.Options.Long))
        {
            var rows = (int)Math.Min(bench.Options.Rows * part, int.MaxValue);
            if (rows < LeastRows) continue;
            var name = string.Create(CultureInfo.InvariantCulture, $"rows_{rows}");
            await EnterpriseTable.FillAsync(source.Database, name, rows, cancellation);
            var (our, their) = await PublishedPoints.MeasureAsync(bench, rows, new Publication(source, name, name, rows), 1, EnterpriseTable.Definition, cancellation);
            await EnterpriseTable.ExecuteAsync(source.Database, $"DROP TABLE {name}", cancellation);
            ours.Add(our);
            peer.Add(their);
        }

        return new CurvePoints([new(PublishedPoints.Ours, ours), new(PublishedPoints.Peer, peer)], "12 columns");
    }
}
