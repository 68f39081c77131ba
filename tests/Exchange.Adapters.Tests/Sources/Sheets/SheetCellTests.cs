using Exchange.Adapters.Sources.Sheets;
using Exchange.Adapters.Tests.Support;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

public sealed class SheetCellTests : IDisposable
{
    private readonly SheetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(4110000000d, null, "4110000000")]
    [InlineData(411023199003074d, null, "411023199003074")]
    [InlineData(999999999999999d, null, "999999999999999")]
    [InlineData(330106d, "0", "330106")]
    [InlineData(1234d, "000000", "001234")]
    [InlineData(0.1 + 0.2, null, "0.3")]
    [InlineData(1e-7, null, "0.0000001")]
    [InlineData(-15d, null, "-15")]
    public void TextFor_NumberInTextField_IsAllItsDigits(double number, string? format, string text) =>
        Assert.Equal((text, null), new SheetCell(number, format).TextFor(FieldType.Text));

    [Theory]
    [InlineData(110101199003074514d)]
    [InlineData(1e15)]
    [InlineData(-1e15)]
    public void TextFor_NumberOfMoreThan15Digits_IsRefused(double number)
    {
        Assert.Equal(BadCellReason.DigitsLost, new SheetCell(number).TextFor(FieldType.Text).Bad);
        Assert.Equal(BadCellReason.DigitsLost, new SheetCell(number).TextFor(FieldType.Integer).Bad);
        Assert.DoesNotContain("E", new SheetCell(number).TextFor(FieldType.Text).Text, StringComparison.Ordinal);
        Assert.Null(new SheetCell(number).TextFor(FieldType.Double).Bad);
    }

    [Fact]
    public void TextFor_AnyWholeNumberUpTo15Digits_RoundTrips() => Exchange.Testing.Seeds.Run(random =>
    {
        for (var i = 0; i < 20_000; i++)
        {
            var number = random.NextInt64(-999_999_999_999_999, 1_000_000_000_000_000) / (long)Math.Pow(10, random.Next(15));
            Assert.Equal((number.ToString(System.Globalization.CultureInfo.InvariantCulture), null), new SheetCell((double)number).TextFor(FieldType.Text));
        }
    });

    [Fact]
    public async Task Read_CellsOfEveryKind_BecomeValuesOrNamedRefusals()
    {
        var book = new XlsxBook();
        book.Add().Row(SheetFolder.Header)
            .Row(SheetFolder.Person(4110000000d, "张三", 30, 1.1, XlsxSheet.Styled(32875, XlsxStyle.Date)))
            .Row(SheetFolder.Person(XlsxSheet.Styled(123, XlsxStyle.SixDigits), "李四", XlsxSheet.Formula("A1+1", 31), null, "1990年1月2日"))
            .Row(SheetFolder.Person(110101199003074514d, "王五", XlsxSheet.Error("#N/A"), XlsxSheet.Formula("SUM(A1:A9)", null), XlsxSheet.Styled(32875.5, XlsxStyle.Date)))
            .Row(SheetFolder.Person(true, 12, "三十", "1,5", 32875));
        _folder.Drop("p.xlsx", book);
        var reading = await FolderReading.OfAsync(_folder.Model);
        Assert.Equal(
            [
                "4110000000|张三|30|1.1|1990-01-02|2026-01-01T19:04:05Z",
                "000123|李四|31|∅|1990-01-02|2026-01-01T19:04:05Z",
                "!DigitsLost:110101199003074512@p.xlsx:4|王五|!CellError:#N/A@p.xlsx:4|!FormulaUncalculated:@p.xlsx:4|!TypeWrong:1990-01-02 12:00:00@p.xlsx:4|2026-01-01T19:04:05Z",
                "true|12|!TypeWrong:三十@p.xlsx:5|!TypeWrong:1,5@p.xlsx:5|!TypeWrong:32875@p.xlsx:5|2026-01-01T19:04:05Z",
            ],
            reading.Joined);
        Assert.Equal("4, 5", Assert.Single(reading.Notices).Data["lines"]);
    }

    [Fact]
    public async Task Read_WorkbookOf1904_GivesTheDatesItShows()
    {
        var book = new XlsxBook { Is1904 = true };
        book.Add().Row(SheetFolder.Header).Row("P1", "张三", 1, 2, XlsxSheet.Styled(32875 - 1462, XlsxStyle.Date), XlsxSheet.Styled(SheetFolder.Updated - 1462, XlsxStyle.Moment));
        _folder.Drop("p.xlsx", book);
        Assert.Equal("P1|张三|1|2|1990-01-02|2026-01-01T19:04:05Z", Assert.Single((await FolderReading.OfAsync(_folder.Model)).Joined));
    }

    [Theory]
    [InlineData(FieldType.Text, 0.5, "12:00:00")]
    [InlineData(FieldType.Time, 0.336805555555556, "08:05:00")]
    public async Task Read_TimeOfDay_IsATime(FieldType type, double value, string expected)
    {
        var format = type == FieldType.Time ? ",\"format\":\"time\"" : "";
        var schema = ResourceSchema.Parse(
            "{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"string\",\"x-exchange\":{\"key\":true}},\"at\":{\"type\":[\"string\",\"null\"]" + format + "}}}").Value;
        var book = new XlsxBook();
        book.Add().Row("id", "at").Row("1", XlsxSheet.Styled(value, XlsxStyle.TimeOfDay));
        _folder.Drop("p.xlsx", book);
        var model = _folder.Model with { Columns = _folder.Model.Columns with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) } };
        Assert.Equal(expected, Assert.Single((await FolderReading.OfAsync(model, schema)).Rows)[1]);
    }
}
