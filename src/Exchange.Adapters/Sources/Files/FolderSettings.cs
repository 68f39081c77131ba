using Exchange.Adapters.Configuration;
using Exchange.Records.Formats;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Files;

/// <summary>The settings that every source over a folder of files has.</summary>
internal static class FolderSettings
{
    private static readonly Setting Folder = new("folder", "path", null, "受监视的文件夹；其中的文件只读不改。必填。", "The watched folder; its files are read and never touched. Required.");

    private static readonly Setting Columns = new("columns", "map of field to header", null,
        "字段到表头的对应；未列出的字段取同名表头。", "Header of each field; a field that is not listed has a header of its own name.");

    private static readonly Setting ExtraColumns = new("extraColumns", "ignore | refuse", "ignore",
        "文件中多出的列：ignore 忽略，refuse 视为结构变化并暂停。", "Columns that no field takes: passed over, or refused as drift.");

    private static readonly Setting EmptyIsNull = new("emptyIsNull", "true | false", "true", "可空文本字段的空格是否为空值。", "Whether an empty cell of a nullable text field is null.");

    private static readonly Setting Trim = new("trim", "true | false", "false", "是否去除单元格两端空白。", "Whether white space at both ends of a cell is taken off.");

    private static readonly Setting UtcOffset = new("utcOffset", "offset such as +08:00", "+08:00", "不带时区的时间所用偏移。", "Offset of times that name none.");

    private static readonly Setting FooterStarts = new("footerStarts", "list of text", null,
        "首格以其中之一开头的记录视为数据结束（如“注：”“数据来源”）。", "A record whose first cell begins with one of these ends the data (such as 注：).");

    private static readonly Setting Ready = new("ready", "settle | done", "settle",
        "文件何时可读：settle 静止一段时间后；done 存在同名 .done 文件时。", "When a file is read: once it has not changed for a while, or once a file of the same name with .done at its end stands beside it.");

    private static readonly Setting Settle = new("settle", "duration 0s–1h", "5s", "静止时长。", "For how long a file must not have changed.");

    private static readonly Setting Interval = new("interval", "duration 100ms–1h", "5s", "查看文件夹的间隔（文件系统通知会提前唤醒）。", "Time between two looks at the folder (notifications of the file system wake it earlier).");

    public static Setting Pattern(string standard) => new("pattern", "file name with * and ?", standard, "文件名模式，多个以分号隔开。", "Which file names are taken; several with a semicolon between them.");

    /// <summary>A section of these settings with the pattern first and a format's own ones in the middle.</summary>
    public static SettingSection Section(string path, string zh, string en, Setting pattern, params Setting[] own) =>
        new(path, zh, en, [Folder, pattern, .. own, FooterStarts, Columns, ExtraColumns, EmptyIsNull, Trim, UtcOffset, Ready, Settle, Interval]);

    public static FolderModel ReadFolder(SectionReader reader, Setting pattern)
    {
        var folder = reader.RequiredPath(Folder);
        var names = reader.RequiredText(pattern);
        if (names.IndexOfAny(['/', '\\', '\0']) >= 0) reader.Findings.Invalid(reader.LineOf(pattern), reader.PathOf(pattern), "a file name belongs here, without folders", "应为文件名，不含文件夹");
        var readiness = reader.Choice(Ready, "settle", "done") == "done" ? FileReadiness.DoneMarker : FileReadiness.Settled;
        return new FolderModel(
            folder, names, readiness, reader.Duration(Settle, TimeSpan.Zero, TimeSpan.FromHours(1)), reader.Duration(Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)));
    }

    public static ColumnModel ReadColumns(SectionReader reader, ResourceSchema? schema) => new(
        FieldMap.Read(reader, Columns, schema),
        reader.Choice(ExtraColumns, "ignore", "refuse") == "refuse",
        reader.List(FooterStarts),
        new CellOptions { EmptyIsNull = reader.Flag(EmptyIsNull), Trim = reader.Flag(Trim), Offset = reader.Offset(UtcOffset) });
}

/// <summary>How the cells of a file become fields.</summary>
/// <param name="Headers">Header of each field, by field name.</param>
/// <param name="RefusesExtra">Whether a column that no field takes is drift; else it is passed over.</param>
/// <param name="FooterStarts">A record whose first cell begins with one of these ends the data.</param>
internal sealed record ColumnModel(IReadOnlyDictionary<string, string> Headers, bool RefusesExtra, IReadOnlyList<string> FooterStarts, CellOptions Cells)
{
    public bool IsFooter(ReadOnlySpan<char> firstCell)
    {
        foreach (var start in FooterStarts)
            if (firstCell.TrimStart().StartsWith(start, StringComparison.Ordinal)) return true;
        return false;
    }
}
