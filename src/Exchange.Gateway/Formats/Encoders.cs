using Exchange.Gateway.Authorization;
using Exchange.Records.Formats;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Formats;

internal static class Encoders
{
    public static IRowEncoder For(RowFormat format, IReadOnlyList<PlanColumn> columns) => format switch
    {
        RowFormat.Ndjson => new TextEncoder(new NdjsonWriter(Columns(columns)), hasNotice: true),
        RowFormat.Csv => new TextEncoder(new CsvRowWriter(Columns(columns)), hasNotice: false),
        RowFormat.Rows => new RowsEncoder(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>The columns as they leave.</summary>
    public static IReadOnlyList<Column> Columns(IEnumerable<PlanColumn> columns) => [.. columns.Select(c => new Column(c.Name, c.Type))];

    /// <summary>Sets what tells a reader how to understand the body.</summary>
    public static void Headers(HttpContext http, RowFormat format, IReadOnlyList<PlanColumn> columns, bool withOperation = false)
    {
        http.Response.ContentType = RowFormats.ContentType(format);
        http.Response.Headers.Vary = "Accept";
        if (format != RowFormat.Rows) return;
        var names = columns.Select(c => $"{Uri.EscapeDataString(c.Name)}:{c.Type.PostgresName()}");
        http.Response.Headers["Exchange-Columns"] = string.Join(',', withOperation ? names.Prepend("_op:text") : names);
    }
}
