using System.Text;

namespace Exchange.Adapters.Configuration;

/// <summary>Writes <c>docs/configuration.md</c> out of the settings' own descriptions.</summary>
internal static class SettingsDocument
{
    private const string Head = """
        # Settings of adapter files · 适配器文件设置

        Generated from the descriptions in the code; a test compares. How adapters work is told in [adapters.md](adapters.md) ([中文](adapters.zh-CN.md)).
        由代码中的说明生成，并由测试核对。适配器的工作方式见 [adapters.zh-CN.md](adapters.zh-CN.md)。

        One YAML file describes one adapter. Unknown keys are errors; `exchange-adapter check FILE` lists all findings with their lines.
        一个 YAML 文件描述一个适配器。未知设置视为错误；`exchange-adapter check FILE` 一次列出全部问题及行号。
        Relative paths are taken from the file's folder. Secrets belong into files of their own (`…File`).
        相对路径以该文件所在文件夹为准。密钥应放在单独的文件中（`…File`）。

        """;

    public static string Write()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var section in AdapterSettings.All)
        {
            text.Append('\n').Append(section.Path.Length == 0 ? "## The file · 文件\n\n" : $"## `{section.Path}`\n\n");
            text.Append(section.En).Append(' ').Append(section.Zh).Append("\n\n| setting | value | default | |\n|---|---|---|---|\n");
            foreach (var setting in section.Settings)
                text.Append($"| `{setting.Name}` | {Cell(setting.Type)} | {(setting.Default is { } value ? $"`{Cell(value)}`" : "–")} | {Cell(setting.En)}<br>{Cell(setting.Zh)} |\n");
        }

        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
