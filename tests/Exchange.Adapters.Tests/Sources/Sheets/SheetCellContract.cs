using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

public sealed class XlsxCellTests() : SheetCellContract(is1904 => new XlsxBook { Is1904 = is1904 })
{
    [Fact]
    public async Task Read_FormulaThatWasNeverCalculated_SetsItsRowAside() =>
        Assert.Equal(["P1|张三|!FormulaUncalculated:@p.xlsx:2|∅|∅|2026-01-01T19:04:05Z"], (await ReadAsync(SheetFolder.Person("P1", "张三", BookCell.Formula("SUM(A1:A9)", null)))).Joined);
}

public sealed class XlsCellTests() : SheetCellContract(is1904 => new XlsBook { Is1904 = is1904 });

/// <summary>Text in each cell and no table of it, as the oldest programs and some exports have it.</summary>
public sealed class XlsWithoutSharedStringsCellTests() : SheetCellContract(is1904 => new XlsBook { Is1904 = is1904, HasSharedStrings = false });

/// <summary>Workbooks so small that they lie in the mini stream of their document.</summary>
public sealed class PackedXlsCellTests() : SheetCellContract(is1904 => new XlsBook { Is1904 = is1904, IsPacked = true });

/// <summary>What cells become, the same in both formats.</summary>
public abstract class SheetCellContract : IDisposable
{
    private readonly SheetFolder _folder = new();
    private readonly Func<bool, Book> _newBook;

    protected SheetCellContract(Func<bool, Book> newBook) => _newBook = newBook;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Read_CellsOfEveryKind_BecomeValuesOrNamedRefusals()
    {
        var reading = await ReadAsync(
            SheetFolder.Person(4110000000d, "张三", 30, 1.1, BookCell.Styled(32875, BookStyle.Date)),
            SheetFolder.Person(BookCell.Styled(123, BookStyle.SixDigits), "李四", -31, 0.1 + 0.2, "1990年1月2日"),
            SheetFolder.Person(110101199003074514d, "王五", BookCell.Error("#N/A"), BookCell.Error("#DIV/0!"), BookCell.Styled(32875.5, BookStyle.Date)),
            SheetFolder.Person(true, 12, "三十", "1,5", 32875),
            SheetFolder.Person("P6", "赵六", null, null, BookCell.Styled(1e12, BookStyle.Date)),
            SheetFolder.Person("110101199003074514", "Zoë Ångström", null, 4110000000d, BookCell.Styled(32875, BookStyle.LocalDate)));
        Assert.Equal(
            [
                "4110000000|张三|30|1.1|1990-01-02|2026-01-01T19:04:05Z",
                "000123|李四|-31|0.3|1990-01-02|2026-01-01T19:04:05Z",
                At("!DigitsLost:110101199003074512@p:4|王五|!CellError:#N/A@p:4|!CellError:#DIV/0!@p:4|!TypeWrong:1990-01-02 12:00:00@p:4|2026-01-01T19:04:05Z"),
                At("true|12|!TypeWrong:三十@p:5|!TypeWrong:1,5@p:5|!TypeWrong:32875@p:5|2026-01-01T19:04:05Z"),
                At("P6|赵六|∅|∅|!TypeWrong:1000000000000@p:6|2026-01-01T19:04:05Z"),
                "110101199003074514|Zoë Ångström|∅|4110000000|1990-01-02|2026-01-01T19:04:05Z",
            ],
            reading.Joined);
        Assert.Equal("4, 5, 6", Assert.Single(reading.Notices).Data["lines"]);
    }

    [Fact]
    public async Task Read_Formulas_CountByTheirStoredValue()
    {
        var reading = await ReadAsync(
            SheetFolder.Person(BookCell.Formula("B1&1", "P1"), BookCell.Formula("1=1", true), BookCell.Formula("A1+1", 31), BookCell.Formula("1.1", 1.1),
                BookCell.Formula("TODAY()", BookCell.Styled(32875, BookStyle.Date))),
            SheetFolder.Person(BookCell.Formula("2&2", "编号二"), BookCell.Formula("B2", 4110000000d), BookCell.Formula("C2", BookCell.Error("#REF!")), BookCell.Formula("\"\"", ""), "1990-01-02"),
            SheetFolder.Person(BookCell.ArrayFormula("A1&3", "P3"), BookCell.ArrayFormula("A2:A3&B2", "王五"), BookCell.ArrayFormula("1", 33), BookCell.ArrayFormula("1/0", BookCell.Error("#VALUE!"))));
        Assert.Equal(
            [
                "P1|true|31|1.1|1990-01-02|2026-01-01T19:04:05Z",
                At("编号二|4110000000|!CellError:#REF!@p:3|∅|1990-01-02|2026-01-01T19:04:05Z"),
                At("P3|王五|33|!CellError:#VALUE!@p:4|∅|2026-01-01T19:04:05Z"),
            ],
            reading.Joined);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_DatesOfBothCalendars_AreThoseItShows(bool is1904)
    {
        var shift = is1904 ? 1462 : 0;
        var book = _newBook(is1904);
        book.Add().Row(SheetFolder.Header)
            .Row("P1", "张三", 1, 2, BookCell.Styled(32875 - shift, BookStyle.Date), BookCell.Styled(SheetFolder.Updated - shift, BookStyle.Moment))
            .Row("P2", "李四", 1, 2, BookCell.Formula("E2", BookCell.Styled(32875 - shift, BookStyle.LocalDate)), BookCell.Styled(SheetFolder.Updated - shift, BookStyle.Moment));
        Assert.Equal(["P1|张三|1|2|1990-01-02|2026-01-01T19:04:05Z", "P2|李四|1|2|1990-01-02|2026-01-01T19:04:05Z"], (await ReadAsync(book)).Joined);
    }

    [Theory]
    [InlineData(FieldType.Text, 0.5, "12:00:00")]
    [InlineData(FieldType.Time, 0.336805555555556, "08:05:00")]
    public async Task Read_TimeOfDay_IsATime(FieldType type, double value, string expected)
    {
        var format = type == FieldType.Time ? ",\"format\":\"time\"" : "";
        var schema = ResourceSchema.Parse(
            "{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"string\",\"x-exchange\":{\"key\":true}},\"at\":{\"type\":[\"string\",\"null\"]" + format + "}}}").Value;
        var book = _newBook(false);
        book.Add().Row("id", "at").Row("1", BookCell.Styled(value, BookStyle.TimeOfDay));
        _folder.Drop("p" + book.Extension, book);
        var model = _folder.Model with { Columns = _folder.Model.Columns with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) } };
        Assert.Equal(expected, Assert.Single((await FolderReading.OfAsync(model, schema)).Rows)[1]);
    }

    /// <summary>A snapshot that ends early would delete what is not in it.</summary>
    [Fact]
    public async Task Read_FileCutOffAnywhere_IsNamedOrHasAllItsRows()
    {
        var book = _newBook(false);
        var sheet = book.Add().Row(SheetFolder.Header);
        for (var i = 0; i < 50; i++) sheet.Row(SheetFolder.Person($"P{i}", $"人员{i}", i, BookCell.Error("#N/A")));
        var whole = book.Write();
        for (var bytes = 61; bytes < whole.Length; bytes += 61)
        {
            _folder.DropBytes("p" + book.Extension, whole[..bytes]);
            var reading = await FolderReading.OfAsync(_folder.Model);
            if (reading.Problem is { } problem) Assert.Equal((ErrorCodes.WorkbookCorrupt, 0), (problem.Code, reading.Rows.Count));
            else Assert.Equal(Enumerable.Range(0, 50).Select(i => $"P{i}"), reading.Rows.Select(r => r[0]));
        }
    }

    private protected Task<FolderReading> ReadAsync(params ReadOnlySpan<object?[]> rows)
    {
        var book = _newBook(false);
        var sheet = book.Add().Row(SheetFolder.Header);
        foreach (var row in rows) sheet.Row(row);
        return ReadAsync(book);
    }

    private Task<FolderReading> ReadAsync(Book book)
    {
        _folder.Drop("p" + book.Extension, book);
        return FolderReading.OfAsync(_folder.Model);
    }

    /// <summary>Names the file at the places of bad cells.</summary>
    private string At(string row) => row.Replace("@p:", $"@p{_newBook(false).Extension}:", StringComparison.Ordinal);
}
