using Exchange.Adapters.Sources.Sheets;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

public sealed class XlsxRecordsTests() : SheetRecordsContract(new XlsxBook());

public sealed class XlsRecordsTests() : SheetRecordsContract(new XlsBook());

/// <summary>What stands in a clerk's sheet besides records, the same in both formats: titles, headers of several rows, merged cells, subtitles, hidden parts.</summary>
public abstract class SheetRecordsContract : IDisposable
{
    private const string Updated = "2026-01-01T19:04:05Z";
    private readonly SheetFolder _folder = new();
    private readonly Book _book;

    protected SheetRecordsContract(Book book) => _book = book;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Read_TitlesAboveTheHeader_ArePassedOver()
    {
        _book.Add().Row("全市人员名册").Merge("A1:F1").Row("填报单位：某局", null, null, "2026年1月").Row().Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三", 30));
        Assert.Equal([$"P1|张三|30|∅|∅|{Updated}"], (await ReadAsync()).Joined);
    }

    [Fact]
    public async Task Read_HeaderOfTwoRows_JoinsTheNamesUnderMergedCells()
    {
        _book.Add().Row("名册").Merge("A1:F1")
            .Row("编号", "基本信息", null, "待 遇", "出生\n日期", "更新时间").Row(null, "姓名", "年龄", "工资")
            .Merge("A2:A3").Merge("B2:C2").Merge("E2:E3").Merge("F2:F3")
            .Row(SheetFolder.Person("P1", "张三", 30, 1.5));
        var model = _folder.Model with { HeaderRows = 2 };
        model = model with
        {
            Columns = model.Columns with
            {
                Headers = new Dictionary<string, string>(model.Columns.Headers, StringComparer.Ordinal) { ["name"] = "基本信息/姓名", ["age"] = "基本信息/年龄", ["pay"] = "待遇/工资" },
            },
        };
        Assert.Equal([$"P1|张三|30|1.5|∅|{Updated}"], (await ReadAsync(model)).Joined);
    }

    [Fact]
    public async Task Read_SubtitlesAndRepeatedHeaders_AreNoRecordsAndAreTold()
    {
        _book.Add().Row(SheetFolder.Header)
            .Row("一、市直单位").Merge("A2:F2").Row(SheetFolder.Person("P1", "张三"))
            .Row().Row(SheetFolder.Header)
            .Row("二、区县").Merge("A6:C6").Row(SheetFolder.Person("P2", "李四"));
        var reading = await ReadAsync();
        Assert.Equal(["P1", "P2"], reading.Rows.Select(r => r[0]));
        var notice = Assert.Single(reading.Notices);
        Assert.Equal((ErrorCodes.SheetRowsPassed, "3", "2, 5, 6"), (notice.Code, notice.Data["count"], notice.Data["lines"]));
    }

    [Theory]
    [InlineData("merged", 3)]
    [InlineData("single", 2)]
    [InlineData("none", 3)]
    public async Task Read_RowWithContentInOneCell_IsASubtitleWhereSetSo(string subtitles, int rows)
    {
        _book.Add().Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三")).Row("P2").Row(SheetFolder.Person("P3", "李四"));
        var reading = await ReadAsync(_folder.Model with { Subtitles = Enum.Parse<SubtitleRows>(subtitles, ignoreCase: true) });
        Assert.Equal(rows, reading.Rows.Count);
    }

    [Theory]
    [InlineData(true, "王五,王五,王五,赵六")]
    [InlineData(false, "王五,∅,∅,赵六")]
    public async Task Read_CellMergedOverRows_CountsForEachWhereSetSo(bool fills, string names)
    {
        _book.Add().Row(SheetFolder.Header)
            .Row(SheetFolder.Person("P1", "王五", 1)).Row(SheetFolder.Person("P2", null, 2)).Row(SheetFolder.Person("P3", null, 3)).Merge("B2:B4")
            .Row(SheetFolder.Person("P4", "赵六", 4));
        var reading = await ReadAsync(_folder.Model with { FillsMerged = fills });
        Assert.Equal(names.Replace("∅", "", StringComparison.Ordinal), string.Join(',', reading.Rows.Select(r => r[1])));
        Assert.Equal(["1", "2", "3", "4"], reading.Rows.Select(r => r[2]));
    }

    [Fact]
    public async Task Read_MergedCellsFarDown_CountAsThoseAtTheTop()
    {
        const int Above = 40_000;
        var sheet = _book.Add().Row(SheetFolder.Header).Row(SheetFolder.Person("P0", "张三"));
        for (var row = 3; row < Above; row++) sheet.Row();
        sheet.Row("二、区县").Merge($"A{Above}:F{Above}")
            .Row(SheetFolder.Person("P1", "王五", 1)).Row(SheetFolder.Person("P2", null, 2)).Merge($"B{Above + 1}:B{Above + 2}");
        Assert.Equal([$"P0|张三|∅|∅|∅|{Updated}", $"P1|王五|1|∅|∅|{Updated}", $"P2|王五|2|∅|∅|{Updated}"], (await ReadAsync()).Joined);
    }

    [Fact]
    public async Task Read_ManyMergedCells_CountEach()
    {
        var sheet = _book.Add().Row(SheetFolder.Header);
        for (var i = 0; i < 1500; i++) sheet.Row(SheetFolder.Person($"P{i}a", $"人员{i}")).Row(SheetFolder.Person($"P{i}b", null)).Merge($"B{(2 * i) + 2}:B{(2 * i) + 3}");
        var reading = await ReadAsync();
        Assert.Null(reading.Problem);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"人员{i / 2}"), reading.Rows.Select(r => r[1]));
    }

    [Fact]
    public async Task Read_FootersAndEmptyTrailingRows_AreNoRecords()
    {
        var sheet = _book.Add().Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三"));
        for (var i = 0; i < 500; i++) sheet.Row("", "  ");
        sheet.Row("注：以上为示例", "x", 1).Row("制表人：某某");
        var reading = await ReadAsync(_folder.Model with { Columns = _folder.Model.Columns with { FooterStarts = ["注："] } });
        Assert.Equal(["P1"], reading.Rows.Select(r => r[0]));
        Assert.Empty(reading.Notices);
    }

    [Fact]
    public async Task Read_HiddenRow_HoldsUntilSomeoneSaysWhatItMeans()
    {
        _book.Add().Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三")).HiddenRow(SheetFolder.Person("P2", "李四")).Row(SheetFolder.Person("P3", "王五"));
        var reading = await ReadAsync();
        Assert.Equal((ErrorCodes.SheetHides, "row 3", "第 3 行"), (reading.Problem?.Code, reading.Problem?.Data["what"], reading.Problem?.Data["what:zh"]));
        Assert.Empty(reading.Rows);
        Assert.Equal(["P1", "P2", "P3"], (await FolderReading.OfAsync(_folder.Model with { Hidden = HiddenContent.Read })).Rows.Select(r => r[0]));
        Assert.Equal(["P1", "P3"], (await FolderReading.OfAsync(_folder.Model with { Hidden = HiddenContent.Skip })).Rows.Select(r => r[0]));
    }

    [Fact]
    public async Task Read_HiddenColumnOfAField_HoldsUntilSomeoneSaysWhatItMeans()
    {
        _book.Add().Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三", 30)).HideColumn(3);
        var reading = await ReadAsync();
        Assert.Equal((ErrorCodes.SheetHides, "columns 年龄"), (reading.Problem?.Code, reading.Problem?.Data["what"]));
        Assert.Equal("30", Assert.Single((await FolderReading.OfAsync(_folder.Model with { Hidden = HiddenContent.Read })).Rows)[2]);
        Assert.Equal(ErrorCodes.SchemaDrift, (await FolderReading.OfAsync(_folder.Model with { Hidden = HiddenContent.Skip })).Problem?.Code);
    }

    [Fact]
    public async Task Read_HiddenSheet_CountsOnlyWhereItIsNamed()
    {
        _book.Add("秘密", "hidden").Row(SheetFolder.Header).Row(SheetFolder.Person("P9", "孙九"));
        _book.Add("更密", "veryHidden").Row(SheetFolder.Header).Row(SheetFolder.Person("P8", "周八"));
        _book.Add("名册").Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三"));
        _book.Add("Sheet3");
        Assert.Equal("P1", Assert.Single((await ReadAsync()).Rows)[0]);
        Assert.Equal("P9", Assert.Single((await FolderReading.OfAsync(_folder.Model with { Sheet = "秘密" })).Rows)[0]);
        Assert.Equal("P8", Assert.Single((await FolderReading.OfAsync(_folder.Model with { Sheet = "更密" })).Rows)[0]);
    }

    [Fact]
    public async Task Read_SeveralSheetsWithContent_AsksForOneByName()
    {
        _book.Add("城区").Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三"));
        _book.Add("郊区").Row(SheetFolder.Header).Row(SheetFolder.Person("P2", "李四"));
        var problem = (await ReadAsync()).Problem;
        Assert.Equal(ErrorCodes.SheetUnclear, problem?.Code);
        Assert.Contains("城区, 郊区", problem?.Text(Language.Zh), StringComparison.Ordinal);
        Assert.Equal("P2", Assert.Single((await FolderReading.OfAsync(_folder.Model with { Sheet = "郊区" })).Rows)[0]);
        Assert.Equal(ErrorCodes.SheetUnclear, (await FolderReading.OfAsync(_folder.Model with { Sheet = "乡镇" })).Problem?.Code);
    }

    [Fact]
    public async Task Read_HeaderNotWhereItIsSet_NamesWhatIsMissingAndTheRow()
    {
        _book.Add().Row("名册").Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三"));
        var problem = (await ReadAsync(_folder.Model with { HeaderRow = 1 })).Problem;
        Assert.Equal(ErrorCodes.SchemaDrift, problem?.Code);
        Assert.Equal(6, problem?.Details.Count);
        Assert.All(problem!.Details, d => Assert.Equal("line 1", d.Pointer));
        Assert.Single((await FolderReading.OfAsync(_folder.Model with { HeaderRow = 2 })).Rows);
    }

    private Task<FolderReading> ReadAsync(SheetSourceModel? model = null)
    {
        _folder.Drop("people" + _book.Extension, _book);
        return FolderReading.OfAsync(model ?? _folder.Model);
    }
}
