using Exchange.Adapters.Sources.Files;
using Exchange.Contracts.Errors;
using Spectre.Console;

namespace Exchange.Adapters.Configuration;

/// <summary>Tells on a console what the files of a folder are, and shows encodings that could be meant side by side.</summary>
internal static class FilesReport
{
    private const int LeastWidth = 120;

    /// <returns>Whether every file can be published as the settings are.</returns>
    public static bool Write(IEnumerable<FileFinding> findings, IAnsiConsole console, Language language)
    {
        if (console.Profile.Width < LeastWidth) console.Profile.Width = LeastWidth;
        var isGood = true;
        foreach (var finding in findings)
        {
            var name = string.Concat(finding.Name.Select(c => char.IsControl(c) ? '\uFFFD' : c));
            var isChinese = language == Language.Zh;
            if (finding.Problem is not { } problem)
            {
                console.WriteLine(isChinese ? $"{name}：可读（{finding.Form.Zh}），{finding.Records} 条记录。" : $"{name}: readable ({finding.Form.En}), {finding.Records} records.");
                continue;
            }

            isGood = false;
            console.WriteLine($"{name}{(isChinese ? "：" : ": ")}{(finding.Readings.Count > 0 ? Ask(isChinese) : problem.Text(language))} [{problem.Code.Name}]");
            foreach (var detail in problem.Details) console.WriteLine($"  {detail.Pointer}: {detail.Text(language)}");
            if (finding.Readings.Count > 0) console.Write(SideBySide(finding.Readings));
        }

        return isGood;
    }

    private static string Ask(bool isChinese) => isChinese
        ? "无法确定编码。请从下表选出文字正确的一列，以 encoding 设置声明"
        : "The encoding cannot be proved. Choose the column whose text is right and declare it by the setting encoding";

    private static Table SideBySide(IReadOnlyList<EncodingReading> readings)
    {
        var table = new Table();
        foreach (var reading in readings) table.AddColumn(new TableColumn(new Text(reading.Name)));
        for (var line = 0; line < readings.Max(r => r.Lines.Count); line++)
            table.AddRow(readings.Select(r => new Text(line < r.Lines.Count ? r.Lines[line] : "")));
        return table;
    }
}
