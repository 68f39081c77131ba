using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Configuration;

internal static class ResourceSettings
{
    private const int MaxSchemaBytes = 1024 * 1024;

    private static readonly Setting Name = new("name", "text", null, "数据资源名称（英文标识）。必填。", "Name of the resource. Required.");
    private static readonly Setting Publisher = new("publisher", "text", null, "发布部门代码。必填。", "Code of the publishing participant. Required.");
    private static readonly Setting TitleZh = new("titleZh", "text", null, "中文标题。必填。", "Title in Chinese. Required.");
    private static readonly Setting TitleEn = new("titleEn", "text", null, "英文标题。必填。", "Title in English. Required.");
    private static readonly Setting Description = new("description", "text", null, "摘要，至多 256 个字符。", "Summary, at most 256 characters.");
    private static readonly Setting Schema = new("schema", "path", null, "JSON Schema 文件。必填。", "File with the JSON Schema. Required.");

    public static readonly SettingSection Section = new("resource", "所发布的数据资源。", "The resource that is published.",
        [Name, Publisher, TitleZh, TitleEn, Description, Schema]);

    /// <summary>Reads the section; the schema is null where it is not valid, and the findings say why.</summary>
    public static (RegisterResource Resource, ResourceSchema? Schema) Read(SectionReader reader)
    {
        var text = ReadSchema(reader);
        var resource = new RegisterResource(
            reader.RequiredText(Name), reader.RequiredText(Publisher), reader.RequiredText(TitleZh), reader.RequiredText(TitleEn),
            reader.OptionalText(Description), text ?? "");
        if (text is null) return (resource, null);
        var schema = ResourceSchema.Parse(text);
        if (!schema.IsError) return (resource, schema.Value);
        reader.Findings.Invalid(reader.LineOf(Schema), reader.PathOf(Schema), schema.Error.ToString(), Chinese(schema.Error));
        return (resource, null);
    }

    private static string Chinese(Error error) =>
        string.Join("；", error.Details.Select(d => $"{d.Pointer} {d.Text(Language.Zh)}").Prepend(error.Text(Language.Zh)));

    private static string? ReadSchema(SectionReader reader)
    {
        if (reader.RequiredPath(Schema) is not { Length: > 0 } path) return null;
        try
        {
            if (new FileInfo(path).Length <= MaxSchemaBytes) return File.ReadAllText(path);
            reader.Findings.Invalid(reader.LineOf(Schema), reader.PathOf(Schema), $"the file is larger than {MaxSchemaBytes} bytes", $"文件大于 {MaxSchemaBytes} 字节");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reader.Findings.Invalid(reader.LineOf(Schema), reader.PathOf(Schema), $"the file cannot be read: {e.Message}", $"文件无法读取：{e.Message}");
        }

        return null;
    }
}
