using System.Diagnostics;
using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Files;

public sealed class CsvSourceTests : SourceContract
{
    private readonly CsvFolder _folder = new();
    private readonly RecordingPlatform _platform = new();

    internal override ISourceModel Model => _folder.Model;

    public override ValueTask InitializeAsync() => default;

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _platform.DisposeAsync();
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("gb18030")]
    public async Task Publish_File_ArrivesAsOneSnapshot(string encoding)
    {
        _folder.Drop("a.csv", CsvFolder.Header + Lines(300), TextEncodings.Find(encoding)!.Strict);
        await using var adapter = RunningAdapter.Publish(_folder.Model, _platform);
        await CaughtUpAsync(adapter, 1);

        var rows = PeopleTable.After(_platform.Committed);
        Assert.Equal(300, rows.Count);
        Assert.Equal("P0007|行政区划人员7|7", rows[6]);
        Assert.Equal("P0001", Files());
    }

    [Fact]
    public async Task Publish_ColumnsInAnotherOrder_BindByName()
    {
        _folder.Drop("a.csv", "备注,年龄,更新时间,姓名,出生日期,编号,工资\r\n多余,30,2026-01-02T03:04:05Z,张三,1990/1/2,P0001,1.5\r\n");
        await using var adapter = RunningAdapter.Publish(_folder.Model with { Encoding = TextEncodings.Utf8 }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(["P0001|张三|30"], PeopleTable.After(_platform.Committed));
    }

    [Fact]
    public async Task Publish_ColumnMissing_HoldsAndGoesOnWithTheMendedFile()
    {
        var path = _folder.Drop("a.csv", "编号,姓名,年龄,工资,更新时间\r\nP0001,张三,30,1,2026-01-02 03:04:05\r\n");
        await using var adapter = RunningAdapter.Publish(_folder.Model with { Encoding = TextEncodings.Utf8 }, _platform);
        await Eventually.TrueAsync(() => _platform.State == "held");
        Assert.Equal("schema_drift", _platform.HeldFor?.Code);
        Assert.Contains("a.csv", _platform.HeldFor?.Reason, StringComparison.Ordinal);
        Assert.Contains("出生日期", _platform.HeldFor?.Reason, StringComparison.Ordinal);
        Assert.Empty(_platform.Committed);

        File.Delete(path);
        _folder.Drop("a.csv", CsvFolder.Header + CsvFolder.Line("P0001", "张三", "30"));
        _platform.Release();
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(["P0001|张三|30"], PeopleTable.After(_platform.Committed));
    }

    [Fact]
    public async Task Publish_ExtraColumnWhereRefused_Holds()
    {
        _folder.Drop("a.csv", CsvFolder.Header.TrimEnd() + ",备注\r\n" + CsvFolder.Line("P0001", "张三").TrimEnd() + ",x\r\n");
        await using var adapter = RunningAdapter.Publish(_folder.Model with { Encoding = TextEncodings.Utf8, Columns = _folder.Model.Columns with { RefusesExtra = true } }, _platform);
        await Eventually.TrueAsync(() => _platform.HeldFor?.Code == "schema_drift");
    }

    [Fact]
    public async Task Publish_PreambleFootersAndQuotes_AreUnderstood()
    {
        _folder.Drop(
            "a.csv",
            "数据库：人员\r\n指标：\"未闭合的引号\r\n\r\n" + CsvFolder.Header + CsvFolder.Line("P0001", "\"张,\r\n三\"", "30") + CsvFolder.Line("P0002", "\"李\"\"四\"\"\"") + "注：以上为示例。\r\n数据来源：统计局\r\n");
        await using var adapter = RunningAdapter.Publish(_folder.Model with { HeaderLine = 4, Columns = _folder.Model.Columns with { FooterStarts = ["注：", "数据来源"] } }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(["P0001|张,\r\n三|30", "P0002|李\"四\"|∅"], PeopleTable.After(_platform.Committed));
    }

    [Fact]
    public async Task Publish_FooterLines_AreNotRows()
    {
        _folder.Drop("a.csv", CsvFolder.Header + Lines(95) + "合计,95\r\n以上\r\n");
        await using var adapter = RunningAdapter.Publish(_folder.Model with { FooterLines = 2 }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(95, PeopleTable.RowCount(_platform.Committed));
    }

    [Fact]
    public async Task Publish_BadCellsAndRaggedRows_ReachThePlatformMarked()
    {
        _folder.Drop("a.csv", CsvFolder.Header + CsvFolder.Line("P0001", "张三", "三十") + "P0002,李四\r\n" + CsvFolder.Line("P0003", "王五", "5", "1.5", "2026-13-45"));
        await using var adapter = RunningAdapter.Publish(_folder.Model with { Encoding = TextEncodings.Utf8 }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(3, PeopleTable.RowCount(_platform.Committed));
        Assert.Equal(["三十", "P0002,李四", "2026-13-45"], BadCells());
    }

    [Fact]
    public async Task Publish_UnterminatedQuote_HoldsBeforeAnythingIsSent()
    {
        _folder.Drop("a.csv", CsvFolder.Header + Lines(200) + "P9999,\"未闭合,1,2,3,4\r\n");
        await using var adapter = RunningAdapter.Publish(_folder.Model, _platform);
        await Eventually.TrueAsync(() => _platform.State == "held");
        Assert.Equal("csv_malformed", _platform.HeldFor?.Code);
        Assert.Contains("line 202", _platform.HeldFor?.Reason, StringComparison.Ordinal);
        Assert.Empty(_platform.Committed);
    }

    [Fact]
    public async Task Publish_EncodingUnproven_HoldsWithCandidates()
    {
        _folder.Drop("a.csv", "縣市,鄉鎮\r\n臺北市,中正區\r\n", TextEncodings.Big5.Strict);
        await using var adapter = RunningAdapter.Publish(_folder.Model, _platform);
        await Eventually.TrueAsync(() => _platform.State == "held");
        Assert.Equal("encoding_unproven", _platform.HeldFor?.Code);
        Assert.Contains("big5 “縣市,鄉鎮”", _platform.HeldFor?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_DeclaredEncodingBroken_NamesLineAndByte()
    {
        var good = System.Text.Encoding.UTF8.GetBytes(CsvFolder.Header + Lines(50));
        _folder.DropBytes("a.csv", [.. good, 0xD5, 0xC5, (byte)'\n']);
        await using var adapter = RunningAdapter.Publish(_folder.Model with { Encoding = TextEncodings.Utf8 }, _platform);
        await Eventually.TrueAsync(() => _platform.State == "held");
        Assert.Equal("csv_malformed", _platform.HeldFor?.Code);
        Assert.Contains($"byte {good.Length.ToString(CultureInfo.InvariantCulture)}", _platform.HeldFor?.Reason, StringComparison.Ordinal);
        Assert.Empty(_platform.Committed);
    }

    [Fact]
    public async Task Publish_SameContentTwice_IsPublishedOnce()
    {
        _folder.Drop("a.csv", CsvFolder.Header + Lines(20));
        await using (var adapter = RunningAdapter.Publish(_folder.Model, _platform)) await CaughtUpAsync(adapter, 1);
        _folder.Drop("again.csv", CsvFolder.Header + Lines(20));
        _folder.Drop("b.csv", CsvFolder.Header + Lines(21));
        await using var second = RunningAdapter.Publish(_folder.Model, _platform);
        await CaughtUpAsync(second, 1);
        Assert.Equal(2, _platform.Committed.Count(b => b.Header.Kind == BatchKind.SnapshotEnd));
        Assert.Equal(21, PeopleTable.After(_platform.Committed).Count);
        Assert.Equal(["a.csv", "again.csv", "b.csv"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Publish_FileStillGrowing_IsLeftAloneUntilItRests()
    {
        var time = new ManualTimeProvider();
        using var watched = new WatchedFolder(_folder.Model.Folder with { Settle = TimeSpan.FromSeconds(5) }, time, new TestLog());
        var path = _folder.Drop("a.csv", CsvFolder.Header);
        Assert.Empty(watched.Look());
        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromSeconds(4));
            await File.AppendAllTextAsync(path, Lines(1));
            Assert.Empty(watched.Look());
        }

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a.csv", Assert.Single(watched.Look()).Name);
    }

    [Fact]
    public void Look_DoneMarkerWanted_WaitsForIt()
    {
        using var watched = new WatchedFolder(_folder.Model.Folder with { Readiness = FileReadiness.DoneMarker, Pattern = "*" }, TimeProvider.System, new TestLog());
        var path = _folder.Drop("a.csv", CsvFolder.Header);
        Assert.Empty(watched.Look());
        File.WriteAllText(path + ".done", "");
        Assert.Equal("a.csv", Assert.Single(watched.Look()).Name);
    }

    [Fact]
    public async Task Look_LinksPipesAndFolders_AreRefused()
    {
        var outside = Path.Combine(Path.GetTempPath(), $"exchange-outside-{Guid.CreateVersion7():N}");
        await File.WriteAllTextAsync(outside, CsvFolder.Header + Lines(1));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link.csv"), outside);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "folder.csv"));
        using (var mkfifo = Process.Start("mkfifo", Path.Combine(_folder.Path, "pipe.csv"))) await mkfifo.WaitForExitAsync();
        _folder.Drop("real.csv", CsvFolder.Header + Lines(1));

        using var watched = new WatchedFolder(_folder.Model.Folder, TimeProvider.System, new TestLog());
        Assert.Equal("real.csv", Assert.Single(watched.Look()).Name);
        File.Delete(outside);
    }

    internal override Task FillAsync(int rows)
    {
        _folder.Drop("people.csv", Text(CsvFolder.Header, rows));
        return Task.CompletedTask;
    }

    internal override Task DriftAsync()
    {
        _folder.Drop("people.csv", Text(CsvFolder.Header.Replace("姓名", "名称", StringComparison.Ordinal), 10));
        return Task.CompletedTask;
    }

    internal override Task MendAsync(int rows) => FillAsync(rows);

    private static string Text(string header, int rows) =>
        header + string.Concat(Enumerable.Range(1, rows).Select(i => CsvFolder.Line($"P{i:0000000}", $"行政区划人员{i}", (i % 90).ToString(CultureInfo.InvariantCulture))));

    private static string Lines(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => CsvFolder.Line($"P{i:0000}", $"行政区划人员{i}", i.ToString(CultureInfo.InvariantCulture), "1.25", "1990-01-02")));

    private static Task CaughtUpAsync(RunningAdapter adapter, int snapshots) =>
        Eventually.TrueAsync(() => adapter.Progress.Last is { Phase: AdapterPhase.CaughtUp } last && last.Snapshots >= snapshots);

    private string Files() => RowValue.Text(_platform.Committed.First(b => b.Header.Kind == BatchKind.Rows).Body.Span.Slice(6, 5));

    private List<string> BadCells()
    {
        var bad = new List<string>();
        Span<FieldSlice> slices = stackalloc FieldSlice[TestSchemas.PeopleSchema.Fields.Count];
        foreach (var batch in _platform.Committed)
        {
            var reader = new RowReader(batch.Body.Span);
            while (reader.ReadRow(slices))
                foreach (var slice in slices)
                    if (BadCell.Text(reader.Bytes(slice)) is { } text) bad.Add(text);
        }

        return bad;
    }
}
