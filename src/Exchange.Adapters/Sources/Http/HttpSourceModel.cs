using Exchange.Adapters.Configuration;
using Exchange.Records.Formats;

namespace Exchange.Adapters.Sources.Http;

/// <summary>How an API is asked for the next page.</summary>
internal enum PagingStyle
{
    /// <summary>There is one page.</summary>
    None,

    /// <summary>By the number of the page.</summary>
    Page,

    /// <summary>By the number of rows that come before it.</summary>
    Offset,

    /// <summary>By an address in the answer.</summary>
    Next,

    /// <summary>By the address in the answer's header <c>Link</c> with <c>rel="next"</c> (RFC 8288).</summary>
    Link,

    /// <summary>By a cursor in the answer.</summary>
    Cursor,
}

/// <summary>A JSON API of a department's system.</summary>
/// <param name="Rows">Where the array of rows is in an answer.</param>
/// <param name="Columns">Where each field's value is in a row, by field name.</param>
/// <param name="Optional">Fields that may be absent from every row; they are null then.</param>
/// <param name="Status">Where the answer says whether it is good, and the values that say so; null where the HTTP status alone tells.</param>
/// <param name="AcceptsEmpty">Whether a pass without a single row is believed.</param>
/// <param name="Spool">Folder for the rows of a pass while it is under way.</param>
internal sealed record HttpSourceModel(
    Uri Url,
    HttpCredentials? Credentials,
    JsonPointer Rows,
    IReadOnlyDictionary<string, JsonPointer> Columns,
    IReadOnlySet<string> Optional,
    HttpStatusRule? Status,
    HttpPaging Paging,
    HttpChanges? Changes,
    JsonCellOptions Cells,
    HttpLimits Limits,
    bool AcceptsEmpty,
    TimeSpan Interval,
    string Spool) : ISourceModel;

/// <param name="Pointer">Where the status is in an answer.</param>
/// <param name="Good">The texts of good ones.</param>
internal sealed record HttpStatusRule(JsonPointer Pointer, IReadOnlySet<string> Good);

/// <param name="Parameter">Query parameter that carries page number, offset or cursor.</param>
/// <param name="First">Number of the first page.</param>
/// <param name="SizeParameter">Query parameter that carries <paramref name="Size"/>; null to ask for no size.</param>
/// <param name="Next">Where the next address or cursor is in an answer.</param>
/// <param name="More">Where the answer says whether there is a next page.</param>
/// <param name="Total">Where the answer says how many rows there are in all.</param>
internal sealed record HttpPaging(
    PagingStyle Style, string Parameter, int First, string? SizeParameter, int Size, JsonPointer? Next, JsonPointer? More, JsonPointer? Total)
{
    public static readonly HttpPaging None = new(PagingStyle.None, "", 0, null, 0, null, null, null);
}

/// <summary>How an API is asked for what changed. Either a cursor in the answer or a mark in the rows says where to go on.</summary>
/// <param name="Parameter">Query parameter that carries the cursor or mark.</param>
/// <param name="Cursor">Where the answer's cursor is.</param>
/// <param name="Mark">Where a row has its time of change, or a number that grows with each.</param>
/// <param name="Deleted">Where a row says that it is deleted; null where it never does.</param>
/// <param name="DeletedValues">The texts that say so.</param>
/// <param name="Overlap">How far behind the highest mark each round asks again.</param>
/// <param name="SnapshotInterval">Between two full passes.</param>
internal sealed record HttpChanges(
    string Parameter, JsonPointer? Cursor, JsonPointer? Mark, JsonPointer? Deleted, IReadOnlySet<string> DeletedValues, TimeSpan Overlap, TimeSpan SnapshotInterval);

/// <param name="PageBytes">Most bytes of one answer, after decompression.</param>
/// <param name="Rows">Most rows of one pass.</param>
/// <param name="Pages">Most pages of one pass.</param>
/// <param name="Timeout">For one answer, from the question to its last byte.</param>
/// <param name="Retries">How often a page is asked for again before the pass is given up.</param>
/// <param name="RetryWait">Before the first repetition; doubled for each further one.</param>
internal sealed record HttpLimits(long PageBytes, long Rows, int Pages, TimeSpan Timeout, int Retries, TimeSpan RetryWait);

/// <summary>A header that lets the adapter in. Holds a secret: never logged.</summary>
internal sealed record HttpCredentials(string Header, string Value)
{
    public override string ToString() => Header;
}
