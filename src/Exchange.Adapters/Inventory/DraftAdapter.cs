using System.Globalization;
using System.Text;
using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Inventory;

/// <summary>What the drafted files share.</summary>
/// <param name="Publisher">Code of the publishing participant.</param>
/// <param name="ConnectionFile">The file with the connection string, as seen from the drafts' folder.</param>
/// <param name="PasswordFile">The file with the password, as seen from there; null for none.</param>
internal sealed record DraftContext(string Publisher, string ConnectionFile, string? PasswordFile);

/// <summary>Writes the adapter file of a drafted resource.</summary>
internal static class DraftAdapter
{
    private const long ManyRows = 100_000;
    private const long VeryManyRows = 1_000_000;

    public static string Write(TableDraft draft, DraftContext context)
    {
        var text = new StringBuilder();
        text.Append("# 草案，由盘点生成：请核对名称、标题、键和数据项后使用。 A draft made by an inventory: look through names, titles, key and fields before it is used.\n");
        if (draft.Table.KeyOrigin == KeyOrigin.Guess) text.Append("# 键是根据抽样猜测的，须先确认。 The key is a guess from a sample: confirm it first.\n");
        text.Append(CultureInfo.InvariantCulture, $"adapter: {Quote(draft.Resource.Replace('_', '-') + "-adapter")}\n");
        text.Append("# 运行前需配置消息总线。 To run it, name the message bus:\n# bus:\n#   rabbitMqFile: bus.address\n");
        text.Append("resource:\n");
        Line(text, 2, "name", draft.Resource);
        Line(text, 2, "publisher", context.Publisher);
        Line(text, 2, "titleZh", draft.TitleZh);
        Line(text, 2, "titleEn", draft.TitleEn);
        if (draft.Description is { } description) Line(text, 2, "description", description);
        Line(text, 2, "schema", draft.SchemaFile);
        text.Append("source:\n  postgres:\n");
        Line(text, 4, "connectionFile", context.ConnectionFile);
        if (context.PasswordFile is { } password) Line(text, 4, "passwordFile", password);
        Line(text, 4, "table", new TableName(draft.Table.Schema, draft.Table.Name).Text);
        if (draft.Table is { Kind: TableKind.Table or TableKind.PartitionedTable, KeyOrigin: KeyOrigin.Primary })
            text.Append("    # 也可用 capture：从数据库日志捕获每个变更；check 会列出服务器须满足的条件。 Or capture: each change from the database's log; check tells what the server needs for it.\n");
        text.Append(CultureInfo.InvariantCulture, $"    mode: snapshot\n    interval: {IntervalOf(draft.Table.Rows)}\n");
        var renamed = draft.Fields.Where(f => f.Name != f.Column.Name).ToList();
        if (renamed.Count > 0) text.Append("    columns:\n");
        foreach (var field in renamed) text.Append(CultureInfo.InvariantCulture, $"      {Quote(field.Name)}: {Quote(field.Column.Name)}\n");
        return text.ToString();
    }

    /// <summary>A double-quoted scalar of YAML, on one line whatever the text is.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            var isPlain = !Rune.IsControl(rune) && rune.Value is not ('"' or '\\' or 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF);
            if (isPlain) quoted.Append(rune.ToString());
            else quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        }

        return quoted.Append('"').ToString();
    }

    private static void Line(StringBuilder text, int indent, string name, string value) =>
        text.Append(' ', indent).Append(name).Append(": ").Append(Quote(value)).Append('\n');

    // The larger a table is, the seldomer it is read whole.
    private static string IntervalOf(long? rows) => rows switch
    {
        null or > VeryManyRows => "1d",
        > ManyRows => "1h",
        _ => "10m",
    };
}
