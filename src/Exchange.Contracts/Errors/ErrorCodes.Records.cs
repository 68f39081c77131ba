namespace Exchange.Contracts.Errors;

// 1000–1099 schema profile, 1100–1199 record validation, 1200–1299 formats.
public static partial class ErrorCodes
{
    public static readonly ErrorCode SchemaInvalid = new(1000, "schema_invalid", ErrorOrigin.Provider, "数据结构定义不符合规范，共 {count} 处问题。", "The schema does not fit the profile; {count} findings.");
    public static readonly ErrorCode SchemaNotJson = new(1001, "schema_not_json", ErrorOrigin.Provider, "数据结构定义不是有效的 JSON：字节 {offset}。", "The schema is not valid JSON: byte {offset}.");
    public static readonly ErrorCode SchemaKeywordRefused = new(1002, "schema_keyword_refused", ErrorOrigin.Provider, "不支持关键字“{keyword}”。", "The keyword '{keyword}' is not part of the profile.");
    public static readonly ErrorCode SchemaKeywordInvalid = new(1003, "schema_keyword_invalid", ErrorOrigin.Provider, "关键字“{keyword}”的值无效，应为 {expected}。", "The value of keyword '{keyword}' is not valid; expected: {expected}.");
    public static readonly ErrorCode SchemaReferenceRefused = new(1004, "schema_reference_refused", ErrorOrigin.Provider, "只允许本地引用 #/$defs/…，不允许“{reference}”。", "Only local references #/$defs/… are allowed, not '{reference}'.");
    public static readonly ErrorCode SchemaKeyMissing = new(1005, "schema_key_missing", ErrorOrigin.Provider, "至少一个字段须标记为主键（x-exchange.key）。", "At least one field must be marked as key (x-exchange.key).");
    public static readonly ErrorCode SchemaTooLarge = new(1006, "schema_too_large", ErrorOrigin.Provider, "数据结构定义过大：{what} 超过 {limit}。", "The schema is too large: {what} over {limit}.");
    public static readonly ErrorCode SchemaPropertyDuplicate = new(1007, "schema_property_duplicate", ErrorOrigin.Provider, "属性“{property}”重复。", "The property '{property}' occurs twice.");
    public static readonly ErrorCode SchemaKeywordMisplaced = new(1008, "schema_keyword_misplaced", ErrorOrigin.Provider, "关键字“{keyword}”不适用于 {type}。", "The keyword '{keyword}' does not apply to {type}.");
    public static readonly ErrorCode SchemaFieldNameInvalid = new(1009, "schema_field_name_invalid", ErrorOrigin.Provider, "字段名“{field}”无效：须以字母开头，只含字母、数字和下划线，UTF-8 编码不超过 50 字节。", "The field name '{field}' is not valid: it begins with a letter, has letters, digits and underscores only, and at most 50 bytes of UTF-8.");
    public static readonly ErrorCode SchemaFieldNameReserved = new(1010, "schema_field_name_reserved", ErrorOrigin.Provider, "字段名“{field}”是查询参数的保留名。", "The field name '{field}' is reserved for a query parameter.");
    public static readonly ErrorCode SchemaFieldUndeclared = new(1011, "schema_field_undeclared", ErrorOrigin.Provider, "required 中的“{field}”未在 properties 中声明。", "'{field}' is required but not declared in properties.");
    public static readonly ErrorCode SchemaKeyNullable = new(1012, "schema_key_nullable", ErrorOrigin.Provider, "主键字段“{field}”须在 required 中且不可为空。", "The key field '{field}' must be required and not nullable.");
    public static readonly ErrorCode SchemaPatternRefused = new(1013, "schema_pattern_refused", ErrorOrigin.Provider, "正则表达式中的“{construct}”不受支持（仅支持线性时间匹配）。", "The pattern's '{construct}' is not supported; patterns are matched in linear time.");
    public static readonly ErrorCode SchemaRulesContradict = new(1014, "schema_rules_contradict", ErrorOrigin.Provider, "“{keyword}”与“{other}”矛盾，没有值能同时满足。", "'{keyword}' contradicts '{other}': no value can satisfy both.");
    public static readonly ErrorCode SchemaReferenceBroken = new(1015, "schema_reference_broken", ErrorOrigin.Provider, "引用“{reference}”不存在或形成循环。", "The reference '{reference}' leads nowhere or in a circle.");

    public static readonly ErrorCode ValueRequired = new(1100, "value_required", ErrorOrigin.Provider, "字段“{field}”必填。", "Field '{field}' is required.");
    public static readonly ErrorCode ValueTypeWrong = new(1101, "value_type_wrong", ErrorOrigin.Provider, "字段“{field}”应为 {type}。", "Field '{field}' must be of type {type}.");
    public static readonly ErrorCode ValueNotInEnum = new(1102, "value_not_in_enum", ErrorOrigin.Provider, "字段“{field}”的值不在允许范围内。", "The value of field '{field}' is not one of the allowed values.");
    public static readonly ErrorCode ValueTooShort = new(1103, "value_too_short", ErrorOrigin.Provider, "字段“{field}”至少 {limit} 个字符。", "Field '{field}' needs at least {limit} characters.");
    public static readonly ErrorCode ValueTooLong = new(1104, "value_too_long", ErrorOrigin.Provider, "字段“{field}”最多 {limit} 个字符。", "Field '{field}' may have at most {limit} characters.");
    public static readonly ErrorCode ValuePatternMismatch = new(1105, "value_pattern_mismatch", ErrorOrigin.Provider, "字段“{field}”不符合格式要求。", "Field '{field}' does not match its pattern.");
    public static readonly ErrorCode ValueTooSmall = new(1106, "value_too_small", ErrorOrigin.Provider, "字段“{field}”低于下限 {limit}。", "Field '{field}' is below its limit {limit}.");
    public static readonly ErrorCode ValueTooLarge = new(1107, "value_too_large", ErrorOrigin.Provider, "字段“{field}”高于上限 {limit}。", "Field '{field}' is above its limit {limit}.");
    public static readonly ErrorCode ValueNotMultiple = new(1108, "value_not_multiple", ErrorOrigin.Provider, "字段“{field}”须为 {limit} 的整数倍。", "Field '{field}' must be a multiple of {limit}.");
    public static readonly ErrorCode ValueFormatWrong = new(1109, "value_format_wrong", ErrorOrigin.Provider, "字段“{field}”不是有效的 {format}。", "Field '{field}' is not a valid {format}.");
    public static readonly ErrorCode ValueChecksumWrong = new(1110, "value_checksum_wrong", ErrorOrigin.Provider, "字段“{field}”的校验码不正确（{format}）。", "The check digit of field '{field}' is wrong ({format}).");
    public static readonly ErrorCode ValueEncodingWrong = new(1111, "value_encoding_wrong", ErrorOrigin.Provider, "字段“{field}”含有无效的 UTF-8 或 U+0000 字符。", "Field '{field}' holds invalid UTF-8 or the character U+0000.");
    public static readonly ErrorCode ValueOutOfRange = new(1112, "value_out_of_range", ErrorOrigin.Provider, "字段“{field}”超出可存储范围。", "Field '{field}' is out of the range that can be stored.");
    public static readonly ErrorCode KeyDuplicate = new(1113, "key_duplicate", ErrorOrigin.Provider, "主键在同一快照中重复。", "The key occurs more than once in the same snapshot.");
    public static readonly ErrorCode DeleteHoldsValue = new(1114, "delete_holds_value", ErrorOrigin.Provider, "删除记录只能含主键，字段“{field}”须为空。", "A delete carries the key only; field '{field}' must be null.");
    public static readonly ErrorCode ValueLetterCase = new(1115, "value_letter_case", ErrorOrigin.Provider, "字段“{field}”应使用大写字母（{format}）。", "Field '{field}' should be in upper case ({format}).");
    public static readonly ErrorCode KeyTooLong = new(1116, "key_too_long", ErrorOrigin.Provider, "主键过长，合计最多 {limit} 字节。", "The key is too long; at most {limit} bytes in all.");
    public static readonly ErrorCode RowTooLarge = new(1117, "row_too_large", ErrorOrigin.Provider, "该行过大，无法存入一个存储页。", "The row is too large to fit a page of the store.");
    public static readonly ErrorCode ValueDateFuture = new(1118, "value_date_future", ErrorOrigin.Provider, "字段“{field}”中的日期在未来（{format}）。", "The date inside field '{field}' lies in the future ({format}).");
    public static readonly ErrorCode RowRagged = new(1119, "row_ragged", ErrorOrigin.Provider, "该行的列数与表头不符。", "The row has more or fewer cells than the header.");

    public static readonly ErrorCode RowsMalformed = new(1200, "rows_malformed", ErrorOrigin.Provider, "行数据在字节 {offset} 处损坏：{reason}。", "The rows are malformed at byte {offset}: {reason}.");
    public static readonly ErrorCode NdjsonMalformed = new(1201, "ndjson_malformed", ErrorOrigin.Consumer, "第 {line} 行不是有效的 JSON 对象（字节 {offset}）。", "Line {line} is not a valid JSON object (byte {offset}).");
    public static readonly ErrorCode CsvMalformed = new(1202, "csv_malformed", ErrorOrigin.Provider, "CSV 第 {line} 行无效（字节 {offset}）：{reason}。", "CSV line {line} is not valid (byte {offset}): {reason}.");
    public static readonly ErrorCode FieldUnknown = new(1203, "field_unknown", ErrorOrigin.Consumer, "未知字段“{field}”。", "Unknown field '{field}'.");
    public static readonly ErrorCode PropertyDuplicate = new(1204, "property_duplicate", ErrorOrigin.Consumer, "字段“{field}”重复出现。", "Field '{field}' occurs twice.");
    public static readonly ErrorCode ValueDigitsLost = new(1205, "value_digits_lost", ErrorOrigin.Provider, "字段“{field}”在表格中存为数值且超过 15 位，末尾数字在文件中已丢失；请将该列设为文本后重新录入。", "Field '{field}' is stored as a number of more than 15 digits, whose last digits are lost in the file already; make the column text and enter the values again.");
    public static readonly ErrorCode ValueCellError = new(1206, "value_cell_error", ErrorOrigin.Provider, "字段“{field}”的单元格是表格错误值（如 #N/A）。", "The cell of field '{field}' shows a spreadsheet error (such as #N/A).");
    public static readonly ErrorCode ValueUncalculated = new(1207, "value_uncalculated", ErrorOrigin.Provider, "字段“{field}”的公式没有保存计算结果；请用 Excel 打开并保存该文件。", "The formula of field '{field}' has no stored value; open the file in Excel and save it.");
}
