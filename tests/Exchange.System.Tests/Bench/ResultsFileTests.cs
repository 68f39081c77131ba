using System.Text.Json;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Reports;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class ResultsFileTests
{
    [Fact]
    public async Task Write_RowsMeasuredApart_TakeTheirPlaceAndNameTheirDay()
    {
        var folder = TestFolder.Create("results");
        await ResultsFile.WriteAsync(folder, [Row("validation", 20, "2026-01-01"), Row("look-up", 0.5, "2026-01-01")], whole: true, TestContext.Current.CancellationToken);

        await ResultsFile.WriteAsync(folder, [Row("look-up", 0.7, "2026-02-02")], whole: false, TestContext.Current.CancellationToken);

        var rows = await ReadAsync(folder);
        Assert.Equal(["validation", "look-up"], rows.Select(r => r.Name));
        Assert.Equal(0.7, rows[1].Ratio);
        Assert.Contains("measured 2026-02-02", rows[1].Note, StringComparison.Ordinal);
        Assert.Contains("measured 2026-01-01", rows[0].Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WholeRun_ForgetsWhatWasThere()
    {
        var folder = TestFolder.Create("results");
        await ResultsFile.WriteAsync(folder, [Row("validation", 20, "2026-01-01"), Row("look-up", 0.5, "2026-01-01")], whole: true, TestContext.Current.CancellationToken);

        await ResultsFile.WriteAsync(folder, [Row("look-up", 0.7, "2026-02-02")], whole: true, TestContext.Current.CancellationToken);

        var row = Assert.Single(await ReadAsync(folder));
        Assert.DoesNotContain("measured 2026", row.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_PeerThatCouldNotBeHad_IsNoRowOfTheLatest()
    {
        var folder = TestFolder.Create("results");

        var kept = await ResultsFile.WriteAsync(
            folder, [Row("look-up", 0.5, "2026-01-01"), Row("end to end, pgloader", 1, "2026-01-01") with { Pairs = [], Missing = "not to be had" }], whole: true,
            TestContext.Current.CancellationToken);

        Assert.Equal(["end to end, pgloader", "look-up"], kept.Select(r => r.Name));
        Assert.Equal("look-up", Assert.Single(await ReadAsync(folder)).Name);
    }

    private static async Task<List<ResultRow>> ReadAsync(string folder) =>
        JsonSerializer.Deserialize<List<ResultRow>>(await File.ReadAllTextAsync(Path.Combine(folder, ResultsFile.Name), TestContext.Current.CancellationToken))!;

    private static RowRecord Row(string name, double ratio, string date) =>
        new(name, new RunRecord(date, new Machine("a processor", 2, 24, "Linux", ".NET", "0.10"), "settings"), [new Pair(ratio, 1)], "a note", null);
}
