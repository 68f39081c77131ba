using Exchange.Adapters.Configuration;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Files;

internal static class CsvSourceSettings
{
    private const int MostHeaderLine = 1000;
    private const int MostFooterLines = 1000;

    private static readonly Setting Pattern = FolderSettings.Pattern("*.csv");

    private static readonly Setting Encoding = new("encoding", string.Join(" | ", TextEncodings.Names.Prepend("auto")), "auto",
        "文件编码；auto 仅在能够证明时采用，否则暂停并列出候选。", "Encoding of the files; auto takes one only where it is proved, and else holds the stream and names the candidates.");

    private static readonly Setting Delimiter = new("delimiter", "one character, or tab", ",", "分隔符。", "What stands between cells.");

    private static readonly Setting HeaderLine = new("headerLine", "whole number 1–1000", "1", "表头所在行（从 1 起）；其上各行略过。", "Line of the header, from 1; what stands above it is passed over.");

    private static readonly Setting FooterLines = new("footerLines", "whole number 0–1000", "0", "文末不是数据的记录数。", "Records at the end that are no data.");

    public static readonly SettingSection Section = FolderSettings.Section("source.csv",
        "CSV 文件夹来源：每个文件是一份完整快照，内容相同的文件只发布一次。", "CSV folder source: each file is a whole snapshot; files of the same content are published once.",
        Pattern, Encoding, Delimiter, HeaderLine, FooterLines);

    public static CsvSourceModel? Read(SectionReader reader, ResourceSchema? schema)
    {
        var folder = FolderSettings.ReadFolder(reader, Pattern);
        var encoding = reader.Choice(Encoding, [.. TextEncodings.Names, "auto"]);
        var delimiter = reader.RequiredText(Delimiter) is "tab" or "\t" ? "\t" : reader.RequiredText(Delimiter);
        if (delimiter.Length != 1 || delimiter[0] is '"' or '\r' or '\n')
            reader.Findings.Invalid(reader.LineOf(Delimiter), reader.PathOf(Delimiter), "one character other than a quote or line end, or the word tab, belongs here", "应为除引号和换行外的一个字符，或 tab");
        var columns = FolderSettings.ReadColumns(reader, schema);
        var (headerLine, footerLines) = (reader.Integer(HeaderLine, 1, MostHeaderLine), reader.Integer(FooterLines, 0, MostFooterLines));
        return schema is null || delimiter.Length == 0
            ? null
            : new CsvSourceModel(folder, encoding == "auto" ? null : TextEncodings.Find(encoding), delimiter[0], headerLine, footerLines, columns);
    }
}
