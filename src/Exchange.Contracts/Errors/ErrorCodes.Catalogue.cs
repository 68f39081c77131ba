namespace Exchange.Contracts.Errors;

// 2000–2099 participants and resources, 2100–2199 grants, 2200–2299 calendar.
public static partial class ErrorCodes
{
    public static readonly ErrorCode ParticipantUnknown = new(2000, "participant_unknown", ErrorOrigin.Consumer, "未知部门“{participant}”。", "Unknown participant '{participant}'.");
    public static readonly ErrorCode ParticipantInvalid = new(2001, "participant_invalid", ErrorOrigin.Consumer, "部门登记信息无效。", "The participant's registration is not valid.");
    public static readonly ErrorCode ClientInvalid = new(2002, "client_invalid", ErrorOrigin.Consumer, "客户端登记信息无效。", "The client's registration is not valid.");
    public static readonly ErrorCode ResourceUnknown = new(2010, "resource_unknown", ErrorOrigin.Consumer, "未知数据资源“{resource}”。", "Unknown resource '{resource}'.");
    public static readonly ErrorCode ResourceInvalid = new(2011, "resource_invalid", ErrorOrigin.Provider, "数据资源登记信息无效。", "The resource's registration is not valid.");
    public static readonly ErrorCode ResourceOfAnother = new(2012, "resource_of_another", ErrorOrigin.Provider, "数据资源“{resource}”由另一部门登记。", "Resource '{resource}' is registered by another participant.");
    public static readonly ErrorCode SchemaBreaking = new(2013, "schema_breaking", ErrorOrigin.Provider, "新版本与已发布版本不兼容，共 {count} 处，影响 {subscribers} 个使用方（{affected}）。", "The new version breaks the published one in {count} places and affects {subscribers} subscribers ({affected}).");
    public static readonly ErrorCode SchemaChangeBreaks = new(2014, "schema_change_breaks", ErrorOrigin.Provider, "不兼容的变更：{change}。", "Breaking change: {change}.");
    public static readonly ErrorCode NameInvalid = new(2015, "name_invalid", ErrorOrigin.Consumer, "名称“{name}”无效：{rule}。", "The name '{name}' is not valid: {rule}.");
    public static readonly ErrorCode ValueMissing = new(2016, "value_missing", ErrorOrigin.Consumer, "缺少“{name}”。", "'{name}' is missing.");
    public static readonly ErrorCode ClientUnknown = new(2017, "client_unknown", ErrorOrigin.Consumer, "未知客户端“{client}”。", "Unknown client '{client}'.");
    public static readonly ErrorCode ClientOfAnother = new(2018, "client_of_another", ErrorOrigin.Consumer, "客户端“{client}”属于另一部门。", "Client '{client}' belongs to another participant.");
    public static readonly ErrorCode ResourceBusy = new(2019, "resource_busy", ErrorOrigin.Exchange, "数据资源“{resource}”正被读写，暂不能变更结构，请稍后重试。", "Resource '{resource}' is being read or written and cannot be changed now; try again later.");

    public static readonly ErrorCode GrantUnknown = new(2100, "grant_unknown", ErrorOrigin.Consumer, "未知授权。", "Unknown grant.");
    public static readonly ErrorCode GrantInvalid = new(2101, "grant_invalid", ErrorOrigin.Consumer, "授权内容无效，共 {count} 处问题。", "The grant is not valid; {count} findings.");
    public static readonly ErrorCode MaskUnknown = new(2102, "mask_unknown", ErrorOrigin.Consumer, "未知脱敏方式“{mask}”。", "Unknown mask '{mask}'.");
    public static readonly ErrorCode MaskMisfit = new(2103, "mask_misfit", ErrorOrigin.Consumer, "脱敏方式“{mask}”不适用于字段“{field}”。", "Mask '{mask}' does not fit field '{field}'.");
    public static readonly ErrorCode FieldNotFilterable = new(2104, "field_not_filterable", ErrorOrigin.Consumer, "字段“{field}”未声明可用于行过滤（x-exchange.filter）。", "Field '{field}' is not declared for row filters (x-exchange.filter).");
    public static readonly ErrorCode MethodUnknown = new(2105, "method_unknown", ErrorOrigin.Consumer, "未知共享方式“{method}”。", "Unknown method '{method}'.");
    public static readonly ErrorCode MaskCombinationRebuilds = new(2106, "mask_combination_rebuilds", ErrorOrigin.Consumer, "脱敏后的“{field}”与“{other}”组合可还原原值。", "The masked '{field}' together with '{other}' rebuilds the original.");
    public static readonly ErrorCode GrantOverlaps = new(2107, "grant_overlaps", ErrorOrigin.Consumer, "该部门对“{resource}”已有用途为“{purpose}”的有效授权。", "The participant already holds a valid grant on '{resource}' for the purpose '{purpose}'.");
    public static readonly ErrorCode ValidityInvalid = new(2108, "validity_invalid", ErrorOrigin.Consumer, "有效期的结束须晚于开始和当前时间。", "The validity must end after its begin and after now.");
    public static readonly ErrorCode ValueRepeated = new(2109, "value_repeated", ErrorOrigin.Consumer, "“{name}”重复。", "'{name}' occurs more than once.");
    public static readonly ErrorCode NumberTooSmall = new(2110, "number_too_small", ErrorOrigin.Consumer, "“{name}”不得小于 {limit}。", "'{name}' must not be less than {limit}.");

    public static readonly ErrorCode CalendarYearMissing = new(2200, "calendar_year_missing", ErrorOrigin.Exchange, "{year} 年的工作日历尚未发布。", "The working-day calendar of {year} is not published.");
    public static readonly ErrorCode CalendarInvalid = new(2201, "calendar_invalid", ErrorOrigin.Exchange, "{year} 年的工作日历无效：{reason}。", "The working-day calendar of {year} is not valid: {reason}.");
}
