using System.Buffers.Binary;
using System.Text;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

/// <summary>XLS files, as old office programs save them.</summary>
public sealed class OldWorkbookTests : IDisposable
{
    /// <summary>The record of that kind, and its length.</summary>
    private static readonly byte[] Dimensions = [0x00, 0x02, 0x0E, 0x00];

    private readonly SheetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="password">The second one is what Excel takes without asking, where a workbook's structure is protected.</param>
    [Theory]
    [InlineData("secret")]
    [InlineData("VelvetSweatshop")]
    public async Task Open_XlsWithPassword_IsNamedAsSuch(string password)
    {
        var book = new XlsBook { Password = password };
        book.Add("名册").Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三", BookCell.Error("#N/A")));
        var reading = await ReadAsync(book);
        Assert.Equal(ErrorCodes.WorkbookProtected, reading.Problem?.Code);
        Assert.Empty(reading.Rows);
    }

    [Fact]
    public async Task Read_XlsWithCharts_KeepsItsCellsAndMerges()
    {
        var book = new XlsBook { HasCharts = true };
        book.Add("名册").Row(SheetFolder.Header).Row("一、市直单位").Merge("A2:F2")
            .Row(SheetFolder.Person("P1", "张三", 1)).Row(SheetFolder.Person("P2", null, BookCell.Error("#N/A"))).Merge("B3:B4");
        Assert.Equal(["P1|张三|1|∅|∅|2026-01-01T19:04:05Z", "P2|张三|!CellError:#N/A@old.xls:4|∅|∅|2026-01-01T19:04:05Z"], (await ReadAsync(book)).Joined);
    }

    [Fact]
    public async Task Read_XlsWithMuchText_KeepsItAll()
    {
        var book = Book();
        for (var i = 0; i < 3000; i++) book.Sheet.Row(SheetFolder.Person($"P{i}", i % 2 == 0 ? $"人员{i}" : $"Person {i}"));
        var reading = await ReadAsync(book.Book);
        Assert.Null(reading.Problem);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => i % 2 == 0 ? $"人员{i}" : $"Person {i}"), reading.Rows.Select(r => r[1]));
    }

    [Fact]
    public async Task Read_XlsWithMacros_IsRefused()
    {
        var bytes = Book().Book.Write();
        Encoding.Unicode.GetBytes("_VBA_PROJECT_CUR", bytes.AsSpan(bytes.Length - 100));
        _folder.DropBytes("old.xls", bytes);
        Assert.Equal(ErrorCodes.WorkbookRefused, (await FolderReading.OfAsync(_folder.Model)).Problem?.Code);
    }

    /// <param name="at">Place in the record: of the last row, or of the last column.</param>
    [Theory]
    [InlineData(4, 65_537u)]
    [InlineData(10, 257u)]
    public async Task Read_XlsThatClaimsMoreThanASheetHas_IsNamedDamaged(int at, uint claim)
    {
        var (book, sheet) = Book();
        sheet.Row(SheetFolder.Person("P1", "张三", 1));
        var bytes = book.Write();
        var dimensions = bytes.AsSpan().IndexOf(Dimensions);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(dimensions + Dimensions.Length + at), claim);
        _folder.DropBytes("old.xls", bytes);
        Assert.Equal(ErrorCodes.WorkbookCorrupt, (await FolderReading.OfAsync(_folder.Model)).Problem?.Code);
    }

    /// <summary>The document is whole, what is in it is not: a snapshot that ends early would delete the rest.</summary>
    [Fact]
    public async Task Read_XlsWhoseRecordsEndEarly_IsNamedDamaged()
    {
        var (book, sheet) = Book();
        for (var i = 0; i < 400; i++) sheet.Row(SheetFolder.Person($"P{i}", $"人员{i}", i));
        var bytes = book.Write();
        var length = bytes.AsSpan(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("Workbook")) + 120, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(length, BinaryPrimitives.ReadUInt32LittleEndian(length) * 3 / 4);
        _folder.DropBytes("old.xls", bytes);
        var reading = await FolderReading.OfAsync(_folder.Model);
        Assert.Equal(ErrorCodes.WorkbookCorrupt, reading.Problem?.Code);
        Assert.Empty(reading.Rows);
    }

    [Fact]
    public async Task Read_XlsDamagedAnywhere_IsReadOrNamedNeverMore()
    {
        var (book, sheet) = Book();
        for (var i = 0; i < 60; i++) sheet.Row(SheetFolder.Person($"P{i}", $"人员{i}", i, BookCell.Formula("C1/7", i / 7.0), BookCell.Styled(32875 + i, BookStyle.Date)));
        sheet.Merge("B3:B5").Row(SheetFolder.Person("P60", BookCell.Formula("A1", "人员"), BookCell.Error("#N/A")));
        var whole = book.Write();
        await Seeds.RunAsync(async (random, _) =>
        {
            for (var i = 0; i < 200; i++)
            {
                var bytes = (byte[])whole.Clone();
                for (var n = random.Next(1, 12); n > 0; n--) bytes[random.Next(random.Next(2) == 0 ? 2048 : bytes.Length)] = (byte)random.Next(256);
                if (random.Next(5) == 0) bytes = bytes[..random.Next(8, bytes.Length)];
                _folder.DropBytes("old.xls", bytes);
                var reading = await Task.Run(() => FolderReading.OfAsync(_folder.Model)).WaitAsync(TimeSpan.FromSeconds(30));
                Assert.True(reading.Problem is not null || reading.IsComplete);
            }
        });
    }

    private static (XlsBook Book, BookSheet Sheet) Book()
    {
        var book = new XlsBook();
        return (book, book.Add("名册").Row(SheetFolder.Header));
    }

    private Task<FolderReading> ReadAsync(XlsBook book)
    {
        _folder.Drop("old.xls", book);
        return FolderReading.OfAsync(_folder.Model);
    }
}
