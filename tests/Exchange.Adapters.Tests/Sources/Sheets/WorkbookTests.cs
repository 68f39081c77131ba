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

    [Fact]
    public async Task Open_RealMergedWorkbook_IsRead()
    {
        var model = _folder.Model;
        var schema = ResourceSchema.Parse("""{"type":"object","required":["a"],"properties":{"a":{"type":"string","x-exchange":{"key":true}}}}""").Value;
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "a.xlsx"), await File.ReadAllBytesAsync(TestPaths.SharedDataOrSkip("excel", "TestMergeCells.xlsx")));
        var problem = (await FolderReading.OfAsync(model, schema)).Problem;
        Assert.Equal(ErrorCodes.SchemaDrift, problem?.Code);
    }

    private static XlsxBook Book()
    {
        var book = new XlsxBook();
        var sheet = book.Add("名册").Row("标题").Merge("A1:F1").Row(SheetFolder.Header);
        for (var i = 0; i < 40; i++) sheet.Row(SheetFolder.Person($"P{i}", $"人员{i}", i, i / 7.0, XlsxSheet.Styled(32875 + i, XlsxStyle.Date)));
        return book;
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
