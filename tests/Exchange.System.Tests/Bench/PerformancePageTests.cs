using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Reports;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class PerformancePageTests
{
    [Fact]
    public void Replace_PageWithMarkers_KeepsTheWordsAround()
    {
        var page = $"before\n{PerformancePage.Begin}\nold\n{PerformancePage.End}\nafter\n";

        var replaced = PerformancePage.Replace(PerformancePage.Replace(page, "new\n"), "newer\n");

        Assert.Equal($"before\n{PerformancePage.Begin}\nnewer\n{PerformancePage.End}\nafter\n", replaced);
    }

    [Fact]
    public void Replace_PageWithoutMarker_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => PerformancePage.Replace($"before {PerformancePage.Begin} after", "new"));

    [Fact]
    public void Measured_MissedGoal_SaysMissed()
    {
        var missed = Row("look-up", [new Pair(50, 100), new Pair(70, 100), new Pair(55, 100)]);
        var met = Row("look-up", [new Pair(80, 100)]);

        Assert.Contains("**missed**", PerformancePage.Measured([missed], chinese: false), StringComparison.Ordinal);
        Assert.Contains("**未达标**", PerformancePage.Measured([missed], chinese: true), StringComparison.Ordinal);
        Assert.DoesNotContain("missed", PerformancePage.Measured([met], chinese: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Measured_PeerThatCouldNotBeHad_IsNamedWithTheReason()
    {
        var page = PerformancePage.Measured([Row("end to end, pgloader", []) with { Missing = "pgloader could not be fetched" }], chinese: false);

        Assert.Contains("| end to end, pgloader | | | | | | | not measured: pgloader could not be fetched |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Measured_RowsOfTwoRuns_NamesBothWithTheirRows()
    {
        var later = Row("look-up", [new Pair(80, 100)]);
        later = later with { Run = later.Run with { Date = "2026-02-02" } };

        var page = PerformancePage.Measured([Row("validation", [new Pair(20, 1)]), later], chinese: false);

        Assert.Contains("Machine: validation: a processor", page, StringComparison.Ordinal);
        Assert.Contains("Machine: look-up: a processor", page, StringComparison.Ordinal);
        Assert.Contains("2026-02-02", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0.5, 0.4, false)]
    [InlineData(false, 0.5, 0.5, true)]
    [InlineData(true, 8.0, 8.0, true)]
    [InlineData(true, 8.0, 8.1, false)]
    [InlineData(true, null, 1.0, null)]
    public void IsMetBy_GoalAndDirection_Decide(bool lower, double? goal, double ratio, bool? expected) =>
        Assert.Equal(expected, new Promise("x", "x", "ms", goal, null, "ours", "the peer") { LowerIsBetter = lower }.IsMetBy(ratio));

    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 4.0, 1.0, 3.0 }, 3.0)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 2.0 }, 2.5)]
    public void Median_OddAndEvenCounts_IsTheMiddle(double[] values, double expected) => Assert.Equal(expected, Measurement.Median(values));

    private static RowRecord Row(string name, Pair[] pairs) =>
        new(name, new RunRecord("2026-01-01", new Machine("a processor", 2, 24, "Linux", ".NET", "0.10"), "settings"), pairs, "a note", null);
}
