using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Files;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Sheets;

internal static class SheetSourceSettings
{
    private const string Auto = "auto";

    private static readonly Setting Pattern = FolderSettings.Pattern("*.xlsx;*.xls;*.xlsm");

    private static readonly Setting Sheet = new("sheet", "text", null,
        "工作表名称；不设置时取唯一可见且非空的工作表，多于一个则暂停。", "Name of the sheet; without it, the only visible sheet that is not empty: where there are several, the stream is held.");

    private static readonly Setting HeaderRow = new("headerRow", "auto | whole number 1–1000", Auto,
        "表头首行的行号（从 1 起）；auto 在前 50 行中寻找含全部表头的行，其上各行（标题等）略过。",
        "First row of the header, from 1; auto looks among the first 50 rows for the one that has all headers. What stands above it (titles) is passed over.");

    private static readonly Setting HeaderRows = new("headerRows", "whole number 1–5", "1",
        "表头行数；多行时自上而下连接各行名称，合并单元格对其覆盖的各列、各行有效，相同名称只计一次。",
        "Rows of the header; names are joined from top to bottom, a merged cell counts for all columns and rows it covers, and the same name is taken once.");

    private static readonly Setting HeaderJoin = new("headerJoin", "text", "/", "多行表头各级名称之间的连接符。", "What stands between the names of a header of several rows.");

    private static readonly Setting Hidden = new("hidden", "refuse | read | skip", "refuse",
        "隐藏的行，以及字段所对应的隐藏列：refuse 暂停，read 读取，skip 略过。", "Hidden rows, and hidden columns that a field takes: the stream is held, they are read, or they are passed over.");

    private static readonly Setting Subtitles = new("subtitles", "merged | single | none", "merged",
        "数据中的小标题行：merged 唯一内容是跨两个以上字段列的合并单元格；single 另含只有一格有内容的行；none 每行都是记录。",
        "Which rows inside the data are subtitles: those whose only content is a cell merged over columns of two or more fields; also those with content in a single cell; or none.");

    private static readonly Setting MergedCells = new("mergedCells", "fill | first", "fill",
        "纵向合并的单元格：fill 对其覆盖的每一行有效，first 仅对首行有效。", "A cell merged over several rows: its value counts for each of them, or for the first only.");

    public static readonly SettingSection Section = FolderSettings.Section("source.excel",
        "Excel 文件夹来源（XLSX、XLS）：每个文件是一份完整快照，内容相同的文件只发布一次。", "Excel folder source (XLSX, XLS): each file is a whole snapshot; files of the same content are published once.",
        Pattern, Sheet, HeaderRow, HeaderRows, HeaderJoin, Hidden, Subtitles, MergedCells);

    public static SheetSourceModel? Read(SectionReader reader, ResourceSchema? schema)
    {
        var folder = FolderSettings.ReadFolder(reader, Pattern);
        var headerRow = reader.OptionalText(HeaderRow) == Auto ? (int?)null : reader.Integer(HeaderRow, 1, 1000);
        var hidden = reader.Choice(Hidden, "refuse", "read", "skip") switch { "read" => HiddenContent.Read, "skip" => HiddenContent.Skip, _ => HiddenContent.Refuse };
        var subtitles = reader.Choice(Subtitles, "merged", "single", "none") switch { "single" => SubtitleRows.Single, "none" => SubtitleRows.None, _ => SubtitleRows.Merged };
        var columns = FolderSettings.ReadColumns(reader, schema);
        var model = new SheetSourceModel(
            folder, reader.OptionalText(Sheet), headerRow, reader.Integer(HeaderRows, 1, 5), reader.RequiredText(HeaderJoin), hidden, subtitles,
            reader.Choice(MergedCells, "fill", "first") == "fill", columns);
        return schema is null ? null : model;
    }
}
