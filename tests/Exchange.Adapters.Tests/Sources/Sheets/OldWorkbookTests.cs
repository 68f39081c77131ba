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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_Xls_GivesWhatItShows(bool is1904)
    {
        var shift = is1904 ? 1462 : 0;
        var book = new XlsBook("名册", is1904).Row("全市人员名册").Merge(0, 0, 0, 5).Row(SheetFolder.Header);
        book.Row(4110000000d, "张三", 30, 1.1, (32875d - shift, XlsBook.DateFormat), (SheetFolder.Updated - shift, XlsBook.DateFormat));
        book.Row(110101199003074514d, "李四", 31, null, "1990-01-02", "2026-01-02 03:04:05");
        Drop(book);
        var reading = await FolderReading.OfAsync(_folder.Model);
        Assert.Null(reading.Problem);
        Assert.Equal(
            [
                "4110000000|张三|30|1.1|1990-01-02|2026-01-01T19:04:05Z",
                "!DigitsLost:110101199003074512@old.xls:4|李四|31|∅|1990-01-02|2026-01-01T19:04:05Z",
            ],
            reading.Joined);
    }

    [Fact]
    public async Task Read_XlsErrorCell_IsNamed()
    {
        Drop(new XlsBook("名册").Row(SheetFolder.Header).Row("P1", "张三", XlsError.NotAvailable, XlsError.DivisionByZero, null, "2026-01-02 03:04:05"));
        Assert.Equal(["P1|张三|!CellError:#N/A@old.xls:2|!CellError:#DIV/0!@old.xls:2|∅|2026-01-01T19:04:05Z"], (await FolderReading.OfAsync(_folder.Model)).Joined);
    }

    [Fact]
    public async Task Read_XlsWithMacros_IsRefused()
    {
        var bytes = new XlsBook("名册").Row(SheetFolder.Header).Write();
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
        var bytes = new XlsBook("名册").Row(SheetFolder.Header).Row("P1", "张三", 1d, null, null, "2026-01-02 03:04:05").Write();
        var dimensions = bytes.AsSpan().IndexOf(Dimensions);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(dimensions + Dimensions.Length + at), claim);
        _folder.DropBytes("old.xls", bytes);
        Assert.Equal(ErrorCodes.WorkbookCorrupt, (await FolderReading.OfAsync(_folder.Model)).Problem?.Code);
    }

    [Fact]
    public async Task Read_XlsDamagedAnywhere_IsReadOrNamedNeverMore()
    {
        var book = new XlsBook("名册").Row(SheetFolder.Header);
        for (var i = 0; i < 60; i++) book.Row($"P{i}", $"人员{i}", i, i / 7.0, (32875d + i, XlsBook.DateFormat), "2026-01-02 03:04:05");
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

    private void Drop(XlsBook book) => _folder.DropBytes("old.xls", book.Write());
}
