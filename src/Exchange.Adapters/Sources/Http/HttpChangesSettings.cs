using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sources.Http;

internal static class HttpChangesSettings
{
    private static readonly Setting Parameter = new("parameter", "text", null,
        "携带游标或更新时间的查询参数，如 since。必填。", "Query parameter with the cursor or time, such as since. Required.");

    private static readonly Setting Cursor = new("cursor", "JSON Pointer", null,
        "应答中游标的位置。与 mark 二选一。", "Where the cursor is in an answer. Either this or mark.");

    private static readonly Setting Mark = new("mark", "member or JSON Pointer", null,
        "行内更新时间或递增编号的成员。与 cursor 二选一。", "Member of a row with its time of change or a growing number. Either this or cursor.");

    private static readonly Setting Deleted = new("deleted", "member or JSON Pointer", null,
        "行内表示已删除的成员；不填则删除只能由完整读取发现。", "Member of a row that says it is deleted; without it deletes are found by full passes only.");

    private static readonly Setting DeletedValues = new("deletedValues", "list of text", "true, 1, Y, D",
        "表示已删除的取值。", "The values that say so.");

    private static readonly Setting Overlap = new("overlap", "duration 0s–1d", "5m",
        "mark 方式每轮回看的时长，用于迟提交的行。", "How far back each round with a mark looks again, for rows committed late.");

    private static readonly Setting SnapshotInterval = new("snapshotInterval", "duration 1s–31d", "1d",
        "两次完整读取的间隔；完整读取会补上变化接口遗漏的内容和删除。", "Time between two full passes, which find deletes and whatever the changes did not tell.");

    public static readonly SettingSection Section = new("source.http.changes",
        "HTTP 来源的变化：首次完整读取，之后只问变化。", "Changes of an HTTP source: everything once, then what changed.",
        [Parameter, Cursor, Mark, Deleted, DeletedValues, Overlap, SnapshotInterval]);

    public static HttpChanges? Read(SectionReader reader)
    {
        var parameter = reader.RequiredText(Parameter);
        var cursor = HttpSourceSettings.Pointer(reader, Cursor);
        var (mark, deleted) = (Place(reader, Mark), Place(reader, Deleted));
        if (reader.Has(Cursor) && reader.Has(Mark)) reader.Findings.Invalid(reader.LineOf(Mark), reader.PathOf(Mark), "cursor is set too; one of the two belongs here", "已设置 cursor，二者只能设一");
        if (!reader.Has(Cursor) && !reader.Has(Mark)) reader.Findings.Missing(reader.Line, $"{reader.PathOf(Cursor)} | {Mark.Name}");
        return new HttpChanges(
            parameter, cursor, mark, deleted, HttpSourceSettings.Texts(reader, DeletedValues), reader.Duration(Overlap, TimeSpan.Zero, TimeSpan.FromDays(1)),
            reader.Duration(SnapshotInterval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(31)));
    }

    private static JsonPointer? Place(SectionReader reader, Setting setting) =>
        reader.OptionalText(setting) is { } text && text[0] != '/' ? JsonPointer.Of(text) : HttpSourceSettings.Pointer(reader, setting);
}
