using System.Globalization;
using System.Text;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Inventory;

/// <summary>Writes the inventory as a page for people, in one of the languages. Holds no value of a record.</summary>
internal sealed class InventoryPage(Language language)
{
    private readonly StringBuilder _text = new();

    public static string Write(DatabaseInventory inventory, IReadOnlyList<TableDraft> drafts, Language language) => new InventoryPage(language).Write(inventory, drafts);

    /// <summary>What is said of the number of rows, such as <c>≈ 12,000</c>.</summary>
    public static string Rows(InventoryTable table) => table.Rows is not { } rows ? "?" : (table.RowsAreCounted ? "" : "≈ ") + rows.ToString("N0", CultureInfo.InvariantCulture);

    public static Told Kind(TableKind kind) => kind switch
    {
        TableKind.Table => new("表", "table"),
        TableKind.PartitionedTable => new("分区表", "partitioned table"),
        TableKind.View => new("视图", "view"),
        TableKind.MaterializedView => new("物化视图", "materialised view"),
        TableKind.ForeignTable => new("外部表", "foreign table"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static Told Origin(KeyOrigin origin) => origin switch
    {
        KeyOrigin.Primary => new("主键", "primary key"),
        KeyOrigin.Unique => new("唯一索引", "unique index"),
        KeyOrigin.Guess => new("猜测", "guess"),
        KeyOrigin.None => new("无", "none"),
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, null),
    };

    private string Write(DatabaseInventory inventory, IReadOnlyList<TableDraft> drafts)
    {
        var moment = inventory.ReadAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        Line(Say("# 数据库盘点：", "# Inventory of ") + Escape(inventory.Database));
        Line("");
        Line(Say($"PostgreSQL {Escape(inventory.ServerVersion)}，{moment}。≈ 为数据库的估计值。判断依据只含计数、占比和形状（9 数字，a/A 字母，字 汉字），不含任何人的数据。",
            $"PostgreSQL {Escape(inventory.ServerVersion)}, {moment}. ≈ marks the database's estimates. The evidence is counts, shares and shapes (9 digit, a/A letter, 字 Han character), never a value of a person."));
        Line("");
        Line(Say("| 表 | 种类 | 行数 | 键 | 疑似个人信息 | 草案 |", "| table | kind | rows | key | candidate personal data | draft |"));
        Line("|---|---|---:|---|---|---|");
        foreach (var draft in drafts)
        {
            var personal = string.Join(Say("、", ", "), draft.Personal.Select(f => $"{Escape(f.Column.Name)} ({f.Suggestion!.Kind.Name.In(language)})"));
            Line($"| {Name(draft.Table)} | {Kind(draft.Table.Kind).In(language)} | {Rows(draft.Table)} | {Key(draft.Table)} | {personal} | {(draft.IsComplete ? $"[{draft.AdapterFile}]({draft.AdapterFile})" : "–")} |");
        }

        foreach (var draft in drafts) WriteTable(draft);
        return _text.ToString();
    }

    private void WriteTable(TableDraft draft)
    {
        Line("");
        Line($"## {Name(draft.Table)}");
        if (draft.Table.Comment is { } comment) Line($"\n{Escape(comment)}");
        foreach (var note in draft.Table.Notes) Line($"\n* {Escape(note.In(language))}");
        if (draft.Table.Sample.Rows > 0) Line(Say($"\n抽样 {draft.Table.Sample.Rows} 行。", $"\n{draft.Table.Sample.Rows} rows were sampled."));
        Line("");
        Line(Say("| 列 | 类型 | 说明 | 可能是 | 把握 | 分级 | 依据 |", "| column | type | comment | may be | certainty | level | evidence |"));
        Line("|---|---|---|---|---|---|---|");
        foreach (var column in draft.Table.Columns)
        {
            var suggestion = draft.Fields.FirstOrDefault(f => f.Column == column)?.Suggestion;
            var evidence = suggestion is null ? "" : string.Join(Say("；", "; "), suggestion.Evidence.Select(e => Escape(e.In(language))));
            Line($"| {Escape(column.Name)} | {Escape(column.Type)} | {Escape(column.Comment ?? "")} | {suggestion?.Kind.Name.In(language)} | {(suggestion is null ? "" : Certain(suggestion.Certainty))} | {suggestion?.Kind.Level} | {evidence} |");
        }
    }

    private string Key(InventoryTable table) =>
        table.Key.Count == 0 ? Origin(KeyOrigin.None).In(language) : $"{string.Join(", ", table.Key.Select(Escape))} ({Origin(table.KeyOrigin).In(language)})";

    private string Certain(Certainty certainty) => certainty switch
    {
        Certainty.Strong => Say("高", "high"),
        Certainty.Likely => Say("中", "medium"),
        Certainty.Possible => Say("低", "low"),
        _ => throw new ArgumentOutOfRangeException(nameof(certainty), certainty, null),
    };

    private static string Name(InventoryTable table) => $"{Escape(table.Schema)}.{Escape(table.Name)}";

    /// <summary>A text as it is, on one line and without a meaning in Markdown.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029') escaped.Append('\uFFFD');
            else if ("\\`*_[]<>|#~!&".Contains(c, StringComparison.Ordinal)) escaped.Append('\\').Append(c);
            else escaped.Append(c);
        }

        return escaped.ToString();
    }

    private string Say(string zh, string en) => language == Language.Zh ? zh : en;

    private void Line(string line) => _text.Append(line).Append('\n');
}
