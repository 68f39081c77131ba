using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sources.Http;

internal static class HttpLimitsSettings
{
    private const int MiB = 1024 * 1024;

    private static readonly Setting PageBytes = new("pageBytes", "whole number 1024–2147483647", "67108864",
        "单次应答解压后的最大字节数。", "Most bytes of one answer, after decompression.");

    private static readonly Setting Rows = new("rows", "whole number 1–2000000000", "20000000", "一次读取的最大行数。", "Most rows of one pass.");

    private static readonly Setting Pages = new("pages", "whole number 1–10000000", "100000", "一次读取的最大页数。", "Most pages of one pass.");

    private static readonly Setting Timeout = new("timeout", "duration 100ms–1h", "1m", "单次应答从请求到末字节的时限。", "Time for one answer, from the question to its last byte.");

    private static readonly Setting Retries = new("retries", "whole number 1–20", "5",
        "一页失败后重试的次数；超过后整次读取稍后重新开始。", "How often a page is asked for again; after that the pass begins anew later.");

    private static readonly Setting RetryWait = new("retryWait", "duration 1ms–1m", "500ms",
        "首次重试前的等待，逐次加倍并带随机抖动，至多 30 秒；接口给出 Retry-After 时以其为准，至多 10 分钟。",
        "Wait before the first repetition, doubled each time with jitter, at most 30 s; an API's Retry-After counts instead, at most 10 minutes.");

    public static readonly SettingSection Section = new("source.http.limits", "HTTP 来源的上限、超时与重试。", "Limits, timeouts and repetitions of an HTTP source.",
        [PageBytes, Rows, Pages, Timeout, Retries, RetryWait]);

    public static readonly HttpLimits Default = new(64 * MiB, 20_000_000, 100_000, TimeSpan.FromMinutes(1), 5, TimeSpan.FromMilliseconds(500));

    public static HttpLimits? Read(SectionReader? reader) => reader is null
        ? Default
        : new HttpLimits(
            reader.Integer(PageBytes, 1024, int.MaxValue), reader.Integer(Rows, 1, 2_000_000_000), reader.Integer(Pages, 1, 10_000_000),
            reader.Duration(Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)), reader.Integer(Retries, 1, 20),
            reader.Duration(RetryWait, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)));
}
