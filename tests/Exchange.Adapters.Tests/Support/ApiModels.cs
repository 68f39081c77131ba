using Exchange.Adapters.Sources.Http;
using Exchange.Records.Formats;

namespace Exchange.Adapters.Tests.Support;

/// <summary>Models that read the resource "people" from a <see cref="ScriptedApi"/>.</summary>
internal static class ApiModels
{
    public static readonly HttpLimits Limits = new(1_000_000, 100_000, 1_000, TimeSpan.FromSeconds(5), 3, TimeSpan.FromMilliseconds(10));

    private static readonly Dictionary<string, JsonPointer> Columns = new(StringComparer.Ordinal)
    {
        ["code"] = JsonPointer.Of("code"), ["name"] = JsonPointer.Of("detail", "fullName"), ["age"] = JsonPointer.Of("age"), ["pay"] = JsonPointer.Of("pay"),
        ["born"] = JsonPointer.Of("born"), ["updated_at"] = JsonPointer.Of("updatedAt"),
    };

    public static HttpSourceModel People(ScriptedApi api) => Of(api, PagingStyle.Page);

    public static HttpSourceModel Of(ScriptedApi api, PagingStyle style)
    {
        var (path, rows) = style switch
        {
            PagingStyle.Page => ("people", "/data/items"),
            PagingStyle.Offset => ("offset", "/data/items"),
            PagingStyle.Next => ("next", "/items"),
            PagingStyle.Link => ("link", ""),
            _ => ("log", "/items"),
        };
        var parameter = style.ToString().ToLowerInvariant();
        var numbered = style is PagingStyle.Page or PagingStyle.Offset;
        var next = style switch { PagingStyle.Next => At("/next"), PagingStyle.Cursor => At("/cursor"), _ => null };
        return new HttpSourceModel(
            new Uri(api.Address, path), null, At(rows), Columns, new HashSet<string>(StringComparer.Ordinal), null,
            new HttpPaging(style, parameter, 1, null, 100, next, null, numbered ? At("/data/total") : null),
            null, JsonCellOptions.Default, Limits, false, TimeSpan.FromMinutes(1), Path.GetTempPath());
    }

    public static JsonPointer At(string pointer) => JsonPointer.Parse(pointer)!;
}
