using System.Globalization;
using System.Net;
using System.Text;
using Exchange.Benchmarks.Curves;

namespace Exchange.Benchmarks.Reports;

/// <summary>
/// Draws a curve as SVG: x logarithmic with a mark at each measured value, y linear from 0, each point with the range of its repetitions.
/// Readable on light and dark pages; ours is a full line with discs, the peer a broken one with squares, so that colour is not needed.
/// </summary>
internal static class CurveChart
{
    private const double Width = 720, Height = 420, Left = 92, Right = 28, Top = 84, Bottom = 78;
    private const int Steps = 4;

    private const string Style =
        "text{font-family:'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;font-size:13px;fill:#57606a}.t{font-size:17px;font-weight:700;fill:#24292f}.s{font-size:11.5px}" +
        ".b{fill:#ffffff}.g{stroke:#d0d7de;stroke-width:1}.a{stroke:#57606a;stroke-width:1.2}.l{fill:none;stroke-width:2.4}.w{stroke-width:1.4}.c0{stroke:#0b63c5}.f0{fill:#0b63c5}.c1{stroke:#a04a00;stroke-dasharray:7 5}.w1{stroke:#a04a00}.f1{fill:#a04a00}" +
        "@media(prefers-color-scheme:dark){text{fill:#a9b4c0}.t{fill:#e6edf3}.b{fill:#0d1117}.g{stroke:#30363d}.a{stroke:#8b949e}.c0{stroke:#6cb0ff}.f0{fill:#6cb0ff}.c1,.w1{stroke:#f0a35e}.f1{fill:#f0a35e}}";

    public static string Draw(CurveRecord record)
    {
        var curve = AllCurves.All.First(c => c.Name == record.Name);
        var points = record.Series.SelectMany(s => s.Points).ToArray();
        double lowest = points.Min(p => p.X), highest = points.Max(p => p.X), top = NiceTop(points.Max(p => p.High));
        double PlaceX(double x) => highest > lowest ? Left + ((Math.Log(x) - Math.Log(lowest)) / (Math.Log(highest) - Math.Log(lowest)) * (Width - Left - Right)) : Left + ((Width - Left - Right) / 2);
        double PlaceY(double y) => Height - Bottom - (y / top * (Height - Top - Bottom));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-labelledby=\"t d\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title id=\"t\">{Both(curve.Title)}</title>\n<desc id=\"d\">{Text(Description(record))}</desc>\n<style>{Style}</style>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"b\" width=\"{Width}\" height=\"{Height}\"/>\n<text class=\"t\" x=\"20\" y=\"30\">{Both(curve.Title)}</text>\n");
        Axes(svg, curve, [.. points.Select(p => p.X).Distinct().Order()], top, PlaceX, PlaceY);
        for (var i = 0; i < record.Series.Count; i++) Line(svg, record.Series[i], i, PlaceX, PlaceY);
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"s\" x=\"20\" y=\"{Height - 12}\">{Text(Footer(record))}</text>\n</svg>\n");
        return svg.ToString();
    }

    /// <summary>The next of 1, 2, 2.5, 5 times a power of ten.</summary>
    public static double NiceTop(double highest)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        return new[] { 1, 2, 2.5, 5, 10 }.Select(f => f * power).First(t => t >= highest * (1 - 1e-9));
    }

    /// <summary>Short: <c>250 k</c>, <c>1.5 M</c>.</summary>
    public static string Short(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.##} M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.#} k"),
        _ => value.ToString("#,0.##", CultureInfo.InvariantCulture),
    };

    private static void Axes(StringBuilder svg, Curve curve, double[] marks, double top, Func<double, double> placeX, Func<double, double> placeY)
    {
        for (var i = 0; i <= Steps; i++)
        {
            var y = placeY(top * i / Steps);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{(i == 0 ? "a" : "g")}\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:F1}\" y2=\"{y:F1}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 10}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{Short(top * i / Steps)}</text>\n");
        }

        foreach (var mark in marks)
        {
            var x = placeX(mark);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"a\" x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 5}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{Height - Bottom + 20}\" text-anchor=\"middle\">{Short(mark)}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - Bottom + 40}\" text-anchor=\"middle\">{Both(curve.X)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"s\" x=\"20\" y=\"{Top - 14}\">{Both(curve.Y)}</text>\n");
    }

    private static void Line(StringBuilder svg, Series series, int number, Func<double, double> placeX, Func<double, double> placeY)
    {
        var path = string.Join(' ', series.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{placeX(p.X):F1},{placeY(p.Y):F1}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"l c{number}\" points=\"{path}\"/>\n");
        foreach (var p in series.Points)
        {
            var (x, y) = (placeX(p.X), placeY(p.Y));
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"w c{number} w{number}\" style=\"stroke-dasharray:none\" x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{placeY(p.Low):F1}\" y2=\"{placeY(p.High):F1}\"/>");
            svg.Append(number == 0 ? Disc(x, y) : Square(x, y, number)).Append('\n');
        }

        var at = 20 + (number * 330);
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"l c{number}\" x1=\"{at}\" x2=\"{at + 36}\" y1=\"50\" y2=\"50\"/>{(number == 0 ? Disc(at + 18, 50) : Square(at + 18, 50, number))}");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{at + 44}\" y=\"54\">{Both(series.Label)}</text>\n");
    }

    private static string Disc(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"<circle class=\"f0\" cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"4.5\"/>");

    private static string Square(double x, double y, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"<rect class=\"f{number}\" x=\"{x - 4:F1}\" y=\"{y - 4:F1}\" width=\"8\" height=\"8\"/>");

    private static string Description(CurveRecord record) => string.Join(
        "; ", record.Series.Select(s => $"{s.Label.En}: {string.Join(", ", s.Points.Select(p => $"{Short(p.X)} → {Short(p.Y)}"))}"));

    private static string Footer(CurveRecord record) =>
        $"{record.Note}; run 运行: {record.Run.Settings.Split("; ")[^1]}, {record.Run.Machine.Cores} CPU, {record.Run.Date}" +
        (record.Run.Machine.IsBusy ? " · 机器忙，仅供参考 provisional, busy machine" : "");

    private static string Both(Words words) => Text($"{words.Zh} · {words.En}");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
