namespace Exchange.Contracts.Errors;

// 6070–6079 HTTP sources.
public static partial class ErrorCodes
{
    public static readonly ErrorCode HttpAnswerUnfit = new(6070, "http_answer_unfit", ErrorOrigin.Provider, "接口第 {page} 页的应答与配置不符：{reason}。", "Page {page} of the API does not fit the configuration: {reason}.");
    public static readonly ErrorCode HttpPagesRepeat = new(6071, "http_pages_repeat", ErrorOrigin.Provider, "接口分页没有前进（第 {page} 页）：{reason}。", "The API's pages do not move on (page {page}): {reason}.");
    public static readonly ErrorCode HttpLimitReached = new(6072, "http_limit_reached", ErrorOrigin.Provider, "接口的应答超过上限 {setting}（{limit}）。", "The API's answer is over the limit {setting} ({limit}).");
    public static readonly ErrorCode HttpAddressRefused = new(6073, "http_address_refused", ErrorOrigin.Provider, "接口指向 {address}，不予访问：只访问所配置的主机。", "The API leads to {address}, which is not asked: only the configured host is.");
    public static readonly ErrorCode HttpPassEmpty = new(6074, "http_pass_empty", ErrorOrigin.Provider, "接口没有返回任何一行；如属正常，请设置 empty: accept。", "The API has not a single row; where that is right, set empty: accept.");
    public static readonly ErrorCode HttpTotalDiffers = new(6075, "http_total_differs", ErrorOrigin.Provider, "接口称共有 {total} 行，实际读到 {rows} 行；本次不发布，稍后重新读取。", "The API speaks of {total} rows and gave {rows}; this pass is not published and is read again.");
    public static readonly ErrorCode HttpCursorExpired = new(6076, "http_cursor_expired", ErrorOrigin.Provider, "接口不再接受该游标，改为完整读取。", "The API no longer takes the cursor; everything is read again.");
}
