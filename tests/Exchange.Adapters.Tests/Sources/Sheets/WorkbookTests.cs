using System.IO.Compression;
using System.Text;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

/// <summary>Files that are no workbook, no longer one, or not to be trusted.</summary>
public sealed class WorkbookTests : IDisposable
{
    private readonly SheetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_ProtectedWorkbook_IsNamedAsSuch()
    {
        var file = TestPaths.SharedDataOrSkip("excel", "agile_AES256_SHA512_CBC_pwd_password.xlsx");
        Assert.Equal(ErrorCodes.WorkbookProtected, await ProblemOfAsync(await File.ReadAllBytesAsync(file)));
    }

    [Theory]
    [InlineData("<html><table><tr><td>编号</td></tr></table></html>", "web page")]
    [InlineData("编号,姓名\r\nP1,张三\r\n", "neither")]
    [InlineData("PK", "damaged")]
    public async Task Open_OtherFileUnderAnExcelName_IsNamedAsSuch(string text, string reason)
    {
        var problem = await ErrorOfAsync(Encoding.UTF8.GetBytes(text));
        Assert.Equal(ErrorCodes.WorkbookCorrupt, problem?.Code);
        Assert.Contains(reason, problem?.Text(Language.En), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_CompoundHeaderOnly_IsCorrupt()
    {
        byte[] bytes = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[2000]];
        Assert.Equal(ErrorCodes.WorkbookCorrupt, await ProblemOfAsync(bytes));
    }

    [Fact]
    public async Task Open_Bomb_IsRefusedBeforeItExpands()
    {
        var book = Book().With("xl/media/bomb.xml", Encoding.UTF8.GetBytes("<a>" + new string(' ', 40 << 20) + "</a>")).Write();
        Assert.True(book.Length < 1 << 20, $"{book.Length} bytes");
        var problem = await ErrorOfAsync(book);
        Assert.Equal(ErrorCodes.WorkbookRefused, problem?.Code);
        Assert.Contains("100", problem?.Text(Language.Zh), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_MoreThanAThousandParts_IsRefused()
    {
        var book = Book();
        for (var i = 0; i < 1001; i++) book.With($"xl/media/{i}.png", [1]);
        Assert.Equal(ErrorCodes.WorkbookRefused, await ProblemOfAsync(book.Write()));
    }

    [Fact]
    public async Task Open_DocumentTypeDefinition_IsRefused()
    {
        var part = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;&b;&b;\">]><a>&d;</a>";
        var problem = await ErrorOfAsync(Book().With("customXml/item1.xml", Encoding.UTF8.GetBytes(part)).Write());
        Assert.Equal(ErrorCodes.WorkbookRefused, problem?.Code);
        Assert.Contains("customXml/item1.xml", problem?.Text(Language.En), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xl/vbaProject.bin")]
    [InlineData("xl/macrosheets/sheet1.xml")]
    public async Task Open_Macros_AreRefused(string part) =>
        Assert.Equal(ErrorCodes.WorkbookRefused, await ProblemOfAsync(Book().With(part, Encoding.UTF8.GetBytes("<a/>")).Write()));

    [Fact]
    public async Task Open_PackageThatIsNoWorkbook_IsCorrupt()
    {
        var bytes = new MemoryStream();
        await using (var package = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        await using (var part = new StreamWriter(package.CreateEntry("word/document.xml").Open())) await part.WriteAsync("<w/>");
        Assert.Equal(ErrorCodes.WorkbookCorrupt, await ProblemOfAsync(bytes.ToArray()));
    }

    [Fact]
    public async Task Open_DamagedAnywhere_IsReadOrNamedNeverMore()
    {
        var whole = Book().Write();
        await Seeds.RunAsync(async (random, _) =>
        {
            for (var i = 0; i < 150; i++)
            {
                var bytes = (byte[])whole.Clone();
                for (var n = random.Next(1, 12); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (random.Next(4) == 0) bytes = bytes[..random.Next(4, bytes.Length)];
                var reading = await ReadAsync(bytes).WaitAsync(TimeSpan.FromSeconds(20));
                Assert.True(reading.Problem is not null || reading.IsComplete);
            }
        });
    }

    /// <summary>Its cells B1 and C1 are merged over the rows below.</summary>
    [Fact]
    public async Task Read_MergedCellsSavedByExcel_AreFilled() =>
        Assert.Equal(["A2|B|C"], await ReadSharedAsync("TestMergeCells.xlsx", "string", "A1", "B", "C"));

    /// <summary>It counts from 1904, and has no header but a date.</summary>
    [Fact]
    public async Task Read_DatesOf1904SavedByExcel_AreThoseItShows() =>
        Assert.Equal(["2013-04-19"], await ReadSharedAsync("roo_1904_base.xlsx", "string\",\"format\":\"date", "2009-06-15"));

    /// <summary>Its only cell, a number of 13 digits that is to be shown as a date, is the header here: it counts as the number that it is.</summary>
    [Fact]
    public async Task Read_ImpossibleDateSavedByASpreadsheet_IsTheNumber() =>
        Assert.Empty(await ReadSharedAsync("Test_git_issue_14_InvalidOADate.xlsx", "string", "1000000000000"));

    private static XlsxBook Book()
    {
        var book = new XlsxBook();
        var sheet = book.Add("名册").Row("标题").Merge("A1:F1").Row(SheetFolder.Header);
        for (var i = 0; i < 40; i++) sheet.Row(SheetFolder.Person($"P{i}", $"人员{i}", i, i / 7.0, BookCell.Styled(32875 + i, BookStyle.Date)));
        return book;
    }

    /// <summary>Reads a file of others' making as fields of one type, by their headers; the first is the key.</summary>
    private async Task<IEnumerable<string>> ReadSharedAsync(string file, string type, params string[] headers)
    {
        var bytes = await File.ReadAllBytesAsync(TestPaths.SharedDataOrSkip("excel", file));
        var fields = headers.Select((h, i) => (Name: $"f{i}", Header: h)).ToArray();
        var properties = string.Join(',', fields.Select(f => $"\"{f.Name}\":{{\"type\":\"{type}\"{(f.Name == "f0" ? ",\"x-exchange\":{\"key\":true}" : "")}}}"));
        var schema = ResourceSchema.Parse("{\"type\":\"object\",\"required\":[\"f0\"],\"properties\":{" + properties + "}}").Value;
        _folder.DropBytes("a.xlsx", bytes);
        var model = _folder.Model;
        var reading = await FolderReading.OfAsync(model with { Columns = model.Columns with { Headers = fields.ToDictionary(f => f.Name, f => f.Header, StringComparer.Ordinal) } }, schema);
        Assert.Null(reading.Problem);
        Assert.True(reading.IsComplete);
        return reading.Joined;
    }

    private async Task<FolderReading> ReadAsync(byte[] bytes)
    {
        _folder.DropBytes("a.xlsx", bytes);
        return await FolderReading.OfAsync(_folder.Model with { Folder = _folder.Model.Folder with { Readiness = FileReadiness.Settled } });
    }

    private async Task<Error?> ErrorOfAsync(byte[] bytes)
    {
        var reading = await ReadAsync(bytes);
        Assert.Empty(reading.Rows);
        return reading.Problem;
    }

    private async Task<ErrorCode?> ProblemOfAsync(byte[] bytes) => (await ErrorOfAsync(bytes))?.Code;
}
