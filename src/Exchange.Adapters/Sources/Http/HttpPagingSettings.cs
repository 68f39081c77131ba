using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sources.Http;

internal static class HttpPagingSettings
{
    private static readonly Setting Style = new("style", "page | offset | next | link | cursor", null,
        "page 按页码，offset 按偏移，next 按应答中的下一页地址，link 按应答头 Link（RFC 8288），cursor 按应答中的游标。必填。",
        "page asks by page number, offset by rows that come before, next follows an address in the answer, link the header Link (RFC 8288), cursor sends a cursor of the answer. Required.");

    private static readonly Setting Parameter = new("parameter", "text", null,
        "携带页码、偏移或游标的查询参数；缺省为 page、offset 或 cursor。", "Query parameter with page number, offset or cursor; by default page, offset or cursor.");

    private static readonly Setting First = new("first", "whole number 0–1", "1", "第一页的页码。", "Number of the first page.");

    private static readonly Setting SizeParameter = new("sizeParameter", "text", null,
        "携带每页行数的查询参数；不填则不指定。", "Query parameter with the rows per page; without it none is asked for.");

    private static readonly Setting Size = new("size", "whole number 1–100000", "1000", "每页行数。", "Rows per page.");

    private static readonly Setting Next = new("next", "JSON Pointer", null,
        "下一页地址或游标在应答中的位置；next 与 cursor 方式必填。", "Where the next address or cursor is in an answer; required with styles next and cursor.");

    private static readonly Setting More = new("more", "JSON Pointer", null,
        "应答中表示是否还有下一页的位置。", "Where an answer says whether there is another page.");

    private static readonly Setting Total = new("total", "JSON Pointer", null,
        "应答中总行数的位置；读到的行数不符时本次不发布，稍后重读。", "Where an answer says how many rows there are; a pass that finds another number is not published and is read again.");

    public static readonly SettingSection Section = new("source.http.paging",
        "HTTP 来源的分页；page 与 offset 方式在没有 more 和 total 时读到空页为止。", "Pages of an HTTP source; with styles page and offset, and neither more nor total, a page without rows is the end.",
        [Style, Parameter, First, SizeParameter, Size, Next, More, Total]);

    /// <summary>Null where there are findings; one page where there is no such section.</summary>
    public static HttpPaging? Read(SectionReader? reader)
    {
        if (reader is null) return HttpPaging.None;
        var style = Enum.Parse<PagingStyle>(reader.Choice(Style, "page", "offset", "next", "link", "cursor"), ignoreCase: true);
        var parameter = reader.OptionalText(Parameter) ?? style switch { PagingStyle.Page => "page", PagingStyle.Offset => "offset", PagingStyle.Cursor => "cursor", _ => "" };
        var next = HttpSourceSettings.Pointer(reader, Next);
        if (style is PagingStyle.Next or PagingStyle.Cursor && !reader.Has(Next)) reader.Findings.Missing(reader.Line, reader.PathOf(Next));
        if (style is not (PagingStyle.Next or PagingStyle.Cursor) && next is not null)
            reader.Findings.Invalid(reader.LineOf(Next), reader.PathOf(Next), "only the styles next and cursor have it", "仅用于 next 和 cursor 方式");
        if (style is PagingStyle.Next or PagingStyle.Link && reader.Has(Parameter))
            reader.Findings.Invalid(reader.LineOf(Parameter), reader.PathOf(Parameter), "the styles next and link have none", "next 和 link 方式没有此参数");
        return new HttpPaging(
            style, parameter, reader.Integer(First, 0, 1), reader.OptionalText(SizeParameter), reader.Integer(Size, 1, 100_000), next,
            HttpSourceSettings.Pointer(reader, More), HttpSourceSettings.Pointer(reader, Total));
    }
}
