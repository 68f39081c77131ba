using System.Text;
using Exchange.Adapters.Sources.Files;
using Exchange.Records.Formats;

namespace Exchange.Adapters.Tests.Support;

/// <summary>A folder that a clerk drops files into.</summary>
internal sealed class CsvFolder : IDisposable
{
    public const string Header = "编号,姓名,年龄,工资,出生日期,更新时间\r\n";
    private int _files;

    public string Path { get; } = Directory.CreateTempSubdirectory("exchange-csv-").FullName;

    public CsvSourceModel Model => new(
        new FolderModel(Path, "*.csv", FileReadiness.Settled, TimeSpan.Zero, TimeSpan.FromMilliseconds(100)), null, ',', 1, 0,
        new ColumnModel(Headers, false, [], CellOptions.Default));

    /// <summary>The headers of the fields of "people" in such files.</summary>
    public static IReadOnlyDictionary<string, string> Headers { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["code"] = "编号", ["name"] = "姓名", ["age"] = "年龄", ["pay"] = "工资", ["born"] = "出生日期", ["updated_at"] = "更新时间",
        };

    public static string Line(string code, string name, string age = "", string pay = "", string born = "") => $"{code},{name},{age},{pay},{born},2026-01-02 03:04:05\r\n";

    /// <summary>Writes a file beside the folder's files and renames it into place; later files are newer.</summary>
    public string Drop(string name, string text, Encoding? encoding = null) => DropBytes(name, (encoding ?? new UTF8Encoding(false)).GetBytes(text));

    public string DropBytes(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path + ".part", bytes);
        File.SetLastWriteTimeUtc(path + ".part", new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(++_files));
        File.Move(path + ".part", path, overwrite: true);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
