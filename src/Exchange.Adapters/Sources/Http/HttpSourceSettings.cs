using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Http;

internal static class HttpSourceSettings
{
    private static readonly Setting Url = new("url", "http or https address", null,
        "列表接口地址，可带固定查询参数。必填。", "Address of the list endpoint; may carry fixed query parameters. Required.");

    private static readonly Setting Rows = new("rows", "JSON Pointer", null,
        "行数组在应答中的位置，如 /data/items；应答本身即数组时不填。", "Where the array of rows is in an answer, such as /data/items; absent where the answer is the array.");

    private static readonly Setting Columns = new("columns", "map of field to member or JSON Pointer", null,
        "字段到行内成员的对应；以 / 开头的是 JSON Pointer；未列出的字段取同名成员。", "Member of each field in a row, or a JSON Pointer where it begins with /; a field that is not listed has a member of its own name.");

    private static readonly Setting Optional = new("optional", "list of fields", null,
        "允许在所有行中都缺失的字段；其他字段全部缺失时视为结构变化并暂停。", "Fields that may be absent from every row; any other that is holds the stream as drift.");

    private static readonly Setting Status = new("status", "JSON Pointer", null,
        "应答中表示成败的位置，如 /code；接口总是返回 200 时使用。", "Where an answer says whether it is good, such as /code; for APIs that always answer 200.");

    private static readonly Setting StatusGood = new("statusGood", "list of text", "0, 200",
        "表示成功的取值。", "The values that mean good.");

    private static readonly Setting Empty = new("empty", "refuse | accept", "refuse",
        "完整读取却没有任何行时：refuse 暂停，accept 照常发布（使用方的数据将全部删除）。", "A pass without a single row: refuse holds the stream, accept publishes it (which deletes all rows of all consumers).");

    private static readonly Setting EmptyIsNull = new("emptyIsNull", "true | false", "false", "可空文本字段的空字符串是否为空值。", "Whether an empty string of a nullable text field is null.");

    private static readonly Setting Trim = new("trim", "true | false", "false", "是否去除字符串两端空白。", "Whether white space at both ends of a string is taken off.");

    private static readonly Setting UtcOffset = new("utcOffset", "offset such as +08:00", "+08:00", "不带时区的时间所用偏移。", "Offset of times that name none.");

    private static readonly Setting NumericTimes = new("numericTimes", "refuse | seconds | milliseconds", "refuse",
        "日期时间字段中的数字：refuse 送隔离区，否则按 1970-01-01 UTC 起的秒或毫秒解释。", "Numbers in date-time fields: set aside, or taken as seconds or milliseconds since 1970-01-01 UTC.");

    private static readonly Setting Interval = new("interval", "duration 100ms–31d", "5m", "两轮读取之间的间隔。", "Time between two rounds.");

    private static readonly Setting PlainHttp = new("plainHttp", "true | false", "false",
        "允许凭据经明文 http 传输（本机除外）。", "Lets credentials travel over plain http to another machine.");

    private static readonly Setting Spool = new("spool", "path", null,
        "读取期间暂存各行的文件夹；缺省为系统临时文件夹。暂存文件建立后即无名，他人无法打开。",
        "Folder for the rows of a pass while it is under way; by default the system's temporary folder. The file has no name once it is made: nobody else can open it.");

    private static readonly Setting PagingSetting = new("paging", "section", null, "分页方式；不填则只有一页。", "How pages are asked for; absent where there is one page.");
    private static readonly Setting Changes = new("changes", "section", null, "按游标或更新时间读取变化；不填则每轮完整读取。", "Reads what changed, by cursor or time; absent to read everything each round.");
    private static readonly Setting Credentials = new("credentials", "section", null, "访问凭据。", "What lets the adapter in.");
    private static readonly Setting Limits = new("limits", "section", null, "上限、超时与重试。", "Limits, timeouts and repetitions.");

    public static readonly SettingSection Section = new("source.http",
        "HTTP 来源：部门系统的 JSON 接口，只读；不跟随到其他主机，不用代理。", "HTTP source: a JSON API of a department's system, read only; never leads to another host, uses no proxy.",
        [
            Url, Rows, Columns, Optional, Status, StatusGood, Empty, EmptyIsNull, Trim, UtcOffset, NumericTimes, Interval, PlainHttp, Spool, PagingSetting, Changes, Credentials, Limits,
        ]);

    public static HttpSourceModel? Read(SectionReader reader, ResourceSchema? schema)
    {
        var url = ReadUrl(reader);
        var rows = Pointer(reader, Rows) ?? JsonPointer.Root;
        var columns = ReadColumns(reader, schema);
        var optional = reader.List(Optional).ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in optional.Where(o => schema is not null && schema.Find(o) is null)) reader.Findings.Add(reader.LineOf(Optional), ErrorCodes.FieldUnknown, ("field", unknown));
        var status = Pointer(reader, Status) is { } at ? new HttpStatusRule(at, Texts(reader, StatusGood)) : null;
        var paging = HttpPagingSettings.Read(reader.Section(PagingSetting, HttpPagingSettings.Section));
        var changes = reader.Section(Changes, HttpChangesSettings.Section) is { } section ? HttpChangesSettings.Read(section) : null;
        var credentials = reader.Section(Credentials, HttpCredentialsSettings.Section) is { } secret ? HttpCredentialsSettings.Read(secret) : null;
        if (credentials is not null && url is { Scheme: "http", IsLoopback: false } && !reader.Flag(PlainHttp))
            reader.Findings.Invalid(reader.LineOf(Url), reader.PathOf(Url), "https belongs here, for the credentials would travel in clear text; plainHttp: true allows it", "应为 https，否则凭据将明文传输；确需如此请设置 plainHttp: true");
        var unit = reader.Choice(NumericTimes, "refuse", "seconds", "milliseconds") switch { "seconds" => TimeSpan.FromSeconds(1), "milliseconds" => TimeSpan.FromMilliseconds(1), _ => (TimeSpan?)null };
        var cells = new JsonCellOptions
        {
            Text = new CellOptions { EmptyIsNull = reader.Flag(EmptyIsNull), Trim = reader.Flag(Trim), Offset = reader.Offset(UtcOffset) }, TimeUnit = unit,
        };
        var limits = HttpLimitsSettings.Read(reader.Section(Limits, HttpLimitsSettings.Section));
        var interval = reader.Duration(Interval, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(31));
        var empty = reader.Choice(Empty, "refuse", "accept") == "accept";
        var spool = reader.OptionalPath(Spool) ?? Path.GetTempPath();
        if (!Directory.Exists(spool)) reader.Findings.Invalid(reader.LineOf(Spool), reader.PathOf(Spool), "there is no such folder", "文件夹不存在");
        return url is null || schema is null || paging is null || limits is null
            ? null
            : new HttpSourceModel(url, credentials, rows, columns, optional, status, paging, changes, cells, limits, empty, interval, spool);
    }

    /// <summary>A JSON Pointer, or null where the setting is absent or none.</summary>
    public static JsonPointer? Pointer(SectionReader reader, Setting setting)
    {
        if (reader.OptionalText(setting) is not { } text) return null;
        if (JsonPointer.Parse(text) is { } pointer) return pointer;
        reader.Findings.Invalid(reader.LineOf(setting), reader.PathOf(setting), "a JSON Pointer such as /data/items belongs here", "应为 /data/items 之类的 JSON Pointer");
        return null;
    }

    /// <summary>The texts of a list, or of the setting's default.</summary>
    public static HashSet<string> Texts(SectionReader reader, Setting setting) =>
        reader.Has(setting) ? reader.List(setting).ToHashSet(StringComparer.Ordinal) : setting.Default!.Split(", ").ToHashSet(StringComparer.Ordinal);

    private static Uri? ReadUrl(SectionReader reader)
    {
        var text = reader.RequiredText(Url);
        if (text.Length == 0) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Fragment.Length == 0) return url;
        reader.Findings.Invalid(reader.LineOf(Url), reader.PathOf(Url), "an http or https address without user, password and fragment belongs here", "应为不含用户名、密码和片段的 http 或 https 地址");
        return null;
    }

    private static Dictionary<string, JsonPointer> ReadColumns(SectionReader reader, ResourceSchema? schema)
    {
        var columns = new Dictionary<string, JsonPointer>(StringComparer.Ordinal);
        foreach (var (field, place) in FieldMap.Read(reader, Columns, schema))
        {
            var pointer = place[0] == '/' ? JsonPointer.Parse(place) : JsonPointer.Of(place);
            if (pointer is null) reader.Findings.Invalid(reader.LineOf(Columns), reader.PathOf(Columns), $"'{place}' is no JSON Pointer", $"“{place}”不是 JSON Pointer");
            columns[field] = pointer ?? JsonPointer.Root;
        }

        return columns;
    }
}
