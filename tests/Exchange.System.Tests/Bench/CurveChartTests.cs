using System.Xml.Linq;
using Exchange.Benchmarks.Curves;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Reports;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class CurveChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Draw_TwoSeries_PlacesEachPointByTheLogarithmOfX()
    {
        var image = XElement.Parse(CurveChart.Draw(Record([100, 1000, 10_000], [50, 50, 50])));

        var discs = image.Elements(Svg + "circle").Select(c => (X: (double)c.Attribute("cx")!, Y: (double)c.Attribute("cy")!)).Take(3).ToArray();
        Assert.Equal(discs[1].X - discs[0].X, discs[2].X - discs[1].X, 0.2);
        Assert.All(discs, d => Assert.Equal(discs[0].Y, d.Y));
        Assert.Equal(2, image.Elements(Svg + "polyline").Count());
    }

    [Fact]
    public void Draw_HigherValue_StandsHigher()
    {
        var image = XElement.Parse(CurveChart.Draw(Record([1, 8], [10, 20])));

        var discs = image.Elements(Svg + "circle").Select(c => (double)c.Attribute("cy")!).Take(2).ToArray();
        Assert.True(discs[1] < discs[0]);
    }

    [Fact]
    public void Draw_AnyCurve_IsLabelledInBothLanguagesAndTellsItsValues()
    {
        var image = XElement.Parse(CurveChart.Draw(Record([1, 8], [10, 20])));

        var curve = AllCurves.All[0];
        Assert.Contains(curve.Title.Zh, image.Value, StringComparison.Ordinal);
        Assert.Contains(curve.X.En, image.Value, StringComparison.Ordinal);
        Assert.Contains("8 → 20", image.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_BusyMachine_SaysProvisional() =>
        Assert.Contains("provisional", CurveChart.Draw(Record([1, 8], [10, 20], load: "9.00")), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1.01, 2)]
    [InlineData(21, 25)]
    [InlineData(260_000, 500_000)]
    [InlineData(900, 1000)]
    public void NiceTop_AnyHeight_IsTheNextRoundNumber(double highest, double expected) => Assert.Equal(expected, CurveChart.NiceTop(highest), 1e-6);

    [Theory]
    [InlineData(8, "8")]
    [InlineData(1000, "1,000")]
    [InlineData(250_000, "250 k")]
    [InlineData(1_500_000, "1.5 M")]
    public void Short_AnyNumber_IsShort(double value, string expected) => Assert.Equal(expected, CurveChart.Short(value));

    private static CurveRecord Record(double[] x, double[] y, string load = "0.10")
    {
        var ours = x.Select((at, i) => new Point(at, y[i], y[i] * 0.9, y[i] * 1.1)).ToArray();
        var peer = x.Select((at, i) => new Point(at, y[i] * 2, y[i] * 2, y[i] * 2)).ToArray();
        return new CurveRecord(
            AllCurves.All[0].Name, new RunRecord("2026-01-01", new Machine("a processor", 2, 24, "Linux", ".NET", load), "settings"),
            [new(new("本系统", "ours"), ours), new(new("对照", "peer"), peer)], "a note");
    }
}
