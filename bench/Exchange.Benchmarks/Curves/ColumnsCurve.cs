using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Curves;

/// <summary>Publishing a table of more and more columns. The cost is shown per field: a level line costs the same for each.</summary>
internal static class ColumnsCurve
{
    private const int Part = 10;
    private static readonly int[] Columns = [12, 30, 60, 120];

    public static readonly Curve Curve = new(
        "columns", new("发布速度与列数", "Publishing a table as it widens"), new("列数", "columns"), new("字段/秒", "fields/s"), MeasureAsync);

    private static async Task<CurvePoints> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var source = await bench.SourceAsync(cancellation);
        var rows = Math.Max(1000, bench.Options.Rows / Part);
        List<Point> ours = [], peer = [];
        foreach (var columns in Columns)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"columns_{columns}");
            var wide = new WideTable(columns);
            await EnterpriseTable.ExecuteAsync(source.Database, wide.FillSql(name, rows), cancellation);
            var publication = new Publication(source, name, name, rows) { Schema = wide.Schema };
            var (our, their) = await PublishedPoints.MeasureAsync(bench, columns, publication, 1, wide.Definition, cancellation);
            await EnterpriseTable.ExecuteAsync(source.Database, $"DROP TABLE {name}", cancellation);
            ours.Add(Fields(our));
            peer.Add(Fields(their));
        }

        return new CurvePoints([new(PublishedPoints.Ours, ours), new(PublishedPoints.Peer, peer)], string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows"));
    }

    private static Point Fields(Point rows) => new(rows.X, rows.Y * rows.X, rows.Low * rows.X, rows.High * rows.X);
}
