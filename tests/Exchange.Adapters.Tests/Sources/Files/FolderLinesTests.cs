using System.Text;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Testing;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Files;

/// <summary>Each batch of a file tells where its rows stand in it.</summary>
public sealed class FolderLinesTests
{
    [Fact]
    public async Task Publish_RecordsOverSeveralLines_TellTheLineOfEachRow()
    {
        using var folder = new CsvFolder();
        var text = new StringBuilder(CsvFolder.Header);
        var lines = new List<long>();
        for (var (i, line) = (1, 2L); i <= 300; i++)
        {
            var isLong = i % 7 == 0;
            text.Append(CsvFolder.Line(FormattableString.Invariant($"P{i:0000}"), isLong ? "\"两\r\n行\"" : "一行"));
            lines.Add(line);
            line += isLong ? 2 : 1;
        }

        folder.Drop("a.csv", text.ToString());

        Assert.Equal(lines.Select(l => FormattableString.Invariant($"a.csv:{l}")), await PlacesAsync(folder.Model));
    }

    [Fact]
    public async Task Publish_SheetWithSubtitles_TellsTheRowOfEachRecord()
    {
        using var folder = new SheetFolder();
        var book = new XlsxBook();
        var sheet = book.Add("人员").Row(SheetFolder.Header);
        for (var i = 1; i <= 20; i++)
        {
            if (i % 5 == 0) sheet.Row("小计").Merge(FormattableString.Invariant($"A{i + (i / 5)}:F{i + (i / 5)}"));
            sheet.Row(SheetFolder.Person(FormattableString.Invariant($"P{i:0000}"), "张三", 30));
        }

        folder.Drop("a.xlsx", book);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => FormattableString.Invariant($"a.xlsx:{i + 1 + (i / 5)}")), await PlacesAsync(folder.Model));
    }

    private static async Task<IEnumerable<string?>> PlacesAsync(ISourceModel source)
    {
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(source, platform);
        await Eventually.TrueAsync(() => platform.Committed.Any(b => b.Header.Kind == BatchKind.SnapshotEnd));
        return platform.Committed.Where(b => b.Header.Kind == BatchKind.Rows)
            .SelectMany(b => Enumerable.Range(0, b.Header.RowCount).Select(row => RowLines.Parse(b.Header.Lines)!.Place(row))).ToList();
    }
}
