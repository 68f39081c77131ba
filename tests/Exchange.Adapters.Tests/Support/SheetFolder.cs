using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Sources.Sheets;
using Exchange.Records.Formats;
using Exchange.Testing.Files;

namespace Exchange.Adapters.Tests.Support;

/// <summary>A folder that a clerk drops workbooks of "people" into.</summary>
internal sealed class SheetFolder : IDisposable
{
    /// <summary>The serial number of 2026-01-02 03:04:05.</summary>
    public const double Updated = 46024.127835648148;

    public static readonly object[] Header = ["编号", "姓名", "年龄", "工资", "出生日期", "更新时间"];

    private readonly CsvFolder _folder = new();

    public string Path => _folder.Path;

    public SheetSourceModel Model => new(
        new FolderModel(Path, "*.xlsx;*.xls;*.xlsm", FileReadiness.Settled, TimeSpan.Zero, TimeSpan.FromMilliseconds(100)), null, null, 1, "/", HiddenContent.Refuse, SubtitleRows.Merged, true,
        new ColumnModel(CsvFolder.Headers, false, [], CellOptions.Default));

    /// <summary>A row of "people" as a spreadsheet has it: dates and times are styled numbers.</summary>
    public static object?[] Person(object? code, object? name, object? age = null, object? pay = null, object? born = null) =>
        [code, name, age, pay, born, BookCell.Styled(Updated, BookStyle.Moment)];

    public string Drop(string name, Book book) => _folder.DropBytes(name, book.Write());

    public string DropBytes(string name, byte[] bytes) => _folder.DropBytes(name, bytes);

    public void Dispose() => _folder.Dispose();
}
