namespace Exchange.Contracts.Errors;

// 4000–4099 authentication and grants, 5000–5099 queries.
public static partial class ErrorCodes
{
    public static readonly ErrorCode TokenMissing = new(4000, "token_missing", ErrorOrigin.Consumer, "缺少访问令牌。", "The access token is missing.");
    public static readonly ErrorCode TokenInvalid = new(4001, "token_invalid", ErrorOrigin.Consumer, "访问令牌无效或已过期。", "The access token is not valid or has expired.");
    public static readonly ErrorCode ClientUnauthorized = new(4002, "client_unauthorized", ErrorOrigin.Consumer, "客户端标识或密钥不正确。", "The client id or secret is wrong.");
    public static readonly ErrorCode RoleMissing = new(4003, "role_missing", ErrorOrigin.Consumer, "该操作需要角色“{role}”。", "This operation needs the role '{role}'.");
    public static readonly ErrorCode NotGranted = new(4010, "not_granted", ErrorOrigin.Consumer, "没有可用于该数据资源的授权。", "There is no grant for this resource.");
    public static readonly ErrorCode GrantRevoked = new(4011, "grant_revoked", ErrorOrigin.Consumer, "授权已撤销：{reason}。", "The grant was revoked: {reason}.");
    public static readonly ErrorCode GrantExpired = new(4012, "grant_expired", ErrorOrigin.Consumer, "授权不在有效期内。", "The grant is outside its validity.");
    public static readonly ErrorCode MethodNotGranted = new(4013, "method_not_granted", ErrorOrigin.Consumer, "授权不包含共享方式“{method}”。", "The grant does not include the method '{method}'.");
    public static readonly ErrorCode PurposeMissing = new(4014, "purpose_missing", ErrorOrigin.Consumer, "缺少请求头 Exchange-Purpose，或与授权用途不符。", "The header Exchange-Purpose is missing or differs from the granted purpose.");
    public static readonly ErrorCode CaseNumberMissing = new(4015, "case_number_missing", ErrorOrigin.Consumer, "该授权要求提供办件号（Exchange-Case）。", "The grant requires a case number (Exchange-Case).");
    public static readonly ErrorCode QuotaExceeded = new(4016, "quota_exceeded", ErrorOrigin.Consumer, "已超出授权配额。", "The grant's quota is used up.");
    public static readonly ErrorCode LeaseLost = new(4020, "lease_lost", ErrorOrigin.Exchange, "暂时无法确认授权状态，请稍后重试。", "The state of grants cannot be confirmed at the moment; try again.");
    public static readonly ErrorCode AuditUnavailable = new(4021, "audit_unavailable", ErrorOrigin.Exchange, "访问记录暂不可写，故不提供数据。", "The access record cannot be written, so nothing is answered.");

    public static readonly ErrorCode AttemptsTooMany = new(4022, "attempts_too_many", ErrorOrigin.Consumer, "失败次数过多，请 {seconds} 秒后重试。", "Too many failed attempts; try again in {seconds} seconds.");
    public static readonly ErrorCode StreamsTooMany = new(4023, "streams_too_many", ErrorOrigin.Exchange, "同时进行的快照流过多，请 {seconds} 秒后重试。", "Too many snapshot streams are under way; try again in {seconds} seconds.");
    public static readonly ErrorCode GrantTypeUnsupported = new(4024, "grant_type_unsupported", ErrorOrigin.Consumer, "仅支持 grant_type=client_credentials。", "Only grant_type=client_credentials is supported.");

    public static readonly ErrorCode ParameterUnknown = new(5000, "parameter_unknown", ErrorOrigin.Consumer, "未知参数“{parameter}”。", "Unknown parameter '{parameter}'.");
    public static readonly ErrorCode ParameterInvalid = new(5001, "parameter_invalid", ErrorOrigin.Consumer, "参数“{parameter}”无效：{reason}。", "Parameter '{parameter}' is not valid: {reason}.");
    public static readonly ErrorCode FilterInvalid = new(5002, "filter_invalid", ErrorOrigin.Consumer, "过滤条件无效（位置 {offset}）：{reason}。", "The filter is not valid (at {offset}): {reason}.");
    public static readonly ErrorCode CursorInvalid = new(5003, "cursor_invalid", ErrorOrigin.Consumer, "游标无效。", "The cursor is not valid.");
    public static readonly ErrorCode CursorExpired = new(5004, "cursor_expired", ErrorOrigin.Consumer, "游标已过期，请从快照重新开始。", "The cursor has expired; start over from a snapshot.");
    public static readonly ErrorCode FormatNotAcceptable = new(5005, "format_not_acceptable", ErrorOrigin.Consumer, "不支持所请求的格式，可用：{formats}。", "None of the accepted formats is available; there are: {formats}.");
    public static readonly ErrorCode RecordNotFound = new(5006, "record_not_found", ErrorOrigin.Consumer, "没有找到记录。", "No record was found.");
    public static readonly ErrorCode BodyInvalid = new(5007, "body_invalid", ErrorOrigin.Consumer, "请求正文无效。", "The request body is not valid.");
    public static readonly ErrorCode ResourceLoading = new(5008, "resource_loading", ErrorOrigin.Exchange, "数据资源正在首次装载，请稍后重试。", "The resource is being loaded for the first time; try again later.");
    public static readonly ErrorCode RouteUnknown = new(5009, "route_unknown", ErrorOrigin.Consumer, "没有该地址。", "There is nothing at this address.");
    public static readonly ErrorCode MethodNotAllowed = new(5010, "method_not_allowed", ErrorOrigin.Consumer, "该地址不支持方法 {method}。", "The method {method} is not available at this address.");
    public static readonly ErrorCode BodyTooLarge = new(5011, "body_too_large", ErrorOrigin.Consumer, "请求正文过大。", "The request body is too large.");
    public static readonly ErrorCode BodyTypeUnsupported = new(5012, "body_type_unsupported", ErrorOrigin.Consumer, "不支持该请求正文类型。", "The media type of the request body is not supported.");
    public static readonly ErrorCode KeyMalformed = new(5013, "key_malformed", ErrorOrigin.Consumer, "主键应含 {count} 部分，以逗号分隔。", "The key must have {count} parts, separated by commas.");
}
