using Exchange.Records.Schemas;

namespace Exchange.Adapters.Inventory;

/// <summary>
/// Writes the draft of a resource's catalogue entry: what is registered, the items with their types and levels, and, left open, what Decree 809 article 13 wants stated and only
/// people can decide.
/// </summary>
internal static class DraftEntry
{
    private static readonly Told[] s_open =
    [
        new("更新频率（updateFrequency）：实时、每日、每周、每旬、每月、每季度或每年", "updateFrequency: realtime, daily, weekly, every ten days, monthly, quarterly or yearly"),
        new("共享属性（sharing）：无条件、有条件或不予共享；不予共享须列明法律、行政法规或国务院决定的依据", "sharing: unconditional, conditional or refused; a refusal names its basis in a law, an administrative regulation or a decision of the State Council"),
        new("共享方式（sharingMethods）：服务接口、批量交换、文件下载", "sharingMethods: service interface, bulk exchange, file download"),
        new("使用条件（conditions）：有条件共享的范围和用途", "conditions: scope and purposes of conditional sharing"),
        new("保密风险评估、个人信息保护影响评估，以及部门负责人审批", "assessments of secrecy and of the protection of personal information, and the approval by the department's head"),
    ];

    public static string Write(TableDraft draft, DraftContext context) => DraftJson.Write(writer =>
    {
        writer.WriteString("name", draft.Resource);
        writer.WriteString("publisher", context.Publisher);
        writer.WriteString("titleZh", draft.TitleZh);
        writer.WriteString("titleEn", draft.TitleEn);
        writer.WriteString("description", draft.Description);
        writer.WriteString("schema", draft.SchemaFile);
        writer.WriteString("adapter", draft.AdapterFile);
        writer.WriteString("format", "PostgreSQL");
        if (draft.Level is { } level) writer.WriteNumber("level", level);
        else writer.WriteNull("level");
        writer.WriteBoolean("holdsPersonalData", draft.Personal.Any());
        foreach (var open in (string[])["updateFrequency", "sharing", "sharingMethods", "conditions"]) writer.WriteNull(open);
        writer.WriteTold("toDecide", s_open);
        writer.WriteStartArray("items");
        foreach (var field in draft.Fields)
        {
            writer.WriteStartObject();
            writer.WriteString("name", field.Name);
            writer.WriteString("title", field.Title);
            writer.WriteString("type", ItemType(field.Column.FieldType!.Value));
            if (field.Column.MaxLength is { } length) writer.WriteNumber("length", length);
            if (field.IsKey) writer.WriteBoolean("key", true);
            if (field.Suggestion is { } suggestion) writer.WriteNumber("level", suggestion.Kind.Level);
            if (field.Suggestion?.Kind.Personal is { } personal) writer.WriteString("personal", personal);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>The letters of catalogue items: 字符 C, 数值 N, 日期 D, 日期时间 T, 逻辑 L, 双精度 B, 整型 I, 通用 G.</summary>
    private static string ItemType(FieldType type) => type switch
    {
        FieldType.Text or FieldType.Uuid => "C",
        FieldType.Integer => "I",
        FieldType.Number => "N",
        FieldType.Double => "B",
        FieldType.Boolean => "L",
        FieldType.Date => "D",
        FieldType.Timestamp => "T",
        FieldType.Time => "G",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
