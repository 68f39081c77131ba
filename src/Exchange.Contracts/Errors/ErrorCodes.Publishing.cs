namespace Exchange.Contracts.Errors;

// 4030–4039 access of publishers, 5020–5039 publishing over HTTP.
public static partial class ErrorCodes
{
    public static readonly ErrorCode PublicationsTooMany = new(4030, "publications_too_many", ErrorOrigin.Exchange, "同时进行的发布过多，请 {seconds} 秒后重试。", "Too many publications are under way; try again in {seconds} seconds.");

    public static readonly ErrorCode IdempotencyKeyMissing = new(5020, "idempotency_key_missing", ErrorOrigin.Consumer, "发布须带请求头 Idempotency-Key。", "A publication needs the header Idempotency-Key.");
    public static readonly ErrorCode IdempotencyKeyInvalid = new(5021, "idempotency_key_invalid", ErrorOrigin.Consumer, "Idempotency-Key 须为 1–{limit} 个可见 ASCII 字符，可加双引号。", "Idempotency-Key must have 1–{limit} visible ASCII characters, in quotes or not.");
    public static readonly ErrorCode IdempotencyKeyReused = new(5022, "idempotency_key_reused", ErrorOrigin.Consumer, "该 Idempotency-Key 已用于另一请求；内容不同的请求须用新的键。", "This Idempotency-Key was used for another request; a request of another content needs a new key.");
    public static readonly ErrorCode PublicationUnderWay = new(5023, "publication_under_way", ErrorOrigin.Consumer, "带此 Idempotency-Key 的发布仍在进行，请 {seconds} 秒后重试。", "The publication with this Idempotency-Key is still under way; try again in {seconds} seconds.");
    public static readonly ErrorCode PublicationsWaiting = new(5024, "publications_waiting", ErrorOrigin.Exchange, "该数据资源的另一次发布尚未结束，请 {seconds} 秒后用同一键重试。", "Another publication of this resource has not ended; try again with the same key in {seconds} seconds.");
    public static readonly ErrorCode PublicationRejected = new(5025, "publication_rejected", ErrorOrigin.Provider, "{lines} 行中有 {rejected} 行不合格，未存入任何数据。", "{rejected} of {lines} lines are not valid; nothing was stored.");
    public static readonly ErrorCode PublicationUnconfirmed = new(5026, "publication_unconfirmed", ErrorOrigin.Exchange, "在期限内未能确认数据已存入；请 {seconds} 秒后用同一 Idempotency-Key 重发，不会重复存入。", "It is not known in time that the rows are stored; send the same again with the same Idempotency-Key in {seconds} seconds, nothing is stored twice.");
    public static readonly ErrorCode PublicationEmpty = new(5027, "publication_empty", ErrorOrigin.Consumer, "请求正文没有数据行。", "The body holds no rows.");
    public static readonly ErrorCode PublicationTooLarge = new(5028, "publication_too_large", ErrorOrigin.Consumer, "整体发布最多 {limit} 行；更大的数据资源请用适配器。", "A snapshot over HTTP has at most {limit} rows; larger resources are published by an adapter.");
    public static readonly ErrorCode RejectionsTooMany = new(5029, "rejections_too_many", ErrorOrigin.Provider, "不合格的行超过 {limit} 行，未存入任何数据。", "More than {limit} lines are not valid; nothing was stored.");
    public static readonly ErrorCode BodyEncodingUnsupported = new(5030, "body_encoding_unsupported", ErrorOrigin.Consumer, "只接受不压缩或 Content-Encoding: gzip（一层）。", "Only Content-Encoding: gzip, once, or none is accepted.");
    public static readonly ErrorCode BodyCompressionBroken = new(5031, "body_compression_broken", ErrorOrigin.Consumer, "gzip 正文损坏或不完整。", "The gzip body is damaged or cut short.");
    public static readonly ErrorCode BodyNotUtf8 = new(5032, "body_not_utf8", ErrorOrigin.Consumer, "正文不是 UTF-8（约第 {line} 行）；请将文件转为 UTF-8 后发布（如 iconv -f GB18030 -t UTF-8），或使用适配器。", "The body is not UTF-8 (about line {line}); convert the file to UTF-8 (such as iconv -f GB18030 -t UTF-8), or use an adapter.");
    public static readonly ErrorCode BodyTooSlow = new(5033, "body_too_slow", ErrorOrigin.Consumer, "请求正文发送过慢。", "The request body came too slowly.");
    public static readonly ErrorCode BodyIncomplete = new(5034, "body_incomplete", ErrorOrigin.Consumer, "请求正文在结束前中断。", "The request body ended before its end.");
    public static readonly ErrorCode LineTooLong = new(5035, "line_too_long", ErrorOrigin.Consumer, "该行超过 {limit} 字节。", "The line is longer than {limit} bytes.");
    public static readonly ErrorCode LineUnreadable = new(5036, "line_unreadable", ErrorOrigin.Provider, "该行不能作为记录读取，原文存于字段“{field}”。", "The line cannot be read as a record; its text stands in field '{field}'.");
    public static readonly ErrorCode SnapshotUnfinished = new(5037, "snapshot_unfinished", ErrorOrigin.Provider, "该数据资源的一次整体发布未完成；请用其 Idempotency-Key 重发，或发送新的整体发布。", "A snapshot of this resource was not finished; send it again with its Idempotency-Key, or send a new snapshot.");
    public static readonly ErrorCode ChangeMalformed = new(5038, "change_malformed", ErrorOrigin.Consumer, "第 {line} 行不是变更：应为 {\"op\":\"insert|update\",\"row\":…} 或 {\"op\":\"delete\",\"key\":…}。", "Line {line} is no change: {\"op\":\"insert|update\",\"row\":…} or {\"op\":\"delete\",\"key\":…} is expected.");
}
