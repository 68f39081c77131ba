namespace Exchange.Contracts.Errors;

// 6000–6099 adapters, 9000–9099 platform.
public static partial class ErrorCodes
{
    public static readonly ErrorCode ConfigurationInvalid = new(6000, "configuration_invalid", ErrorOrigin.Provider, "配置无效，共 {count} 处问题。", "The configuration is not valid; {count} findings.");
    public static readonly ErrorCode SettingUnknown = new(6001, "setting_unknown", ErrorOrigin.Provider, "未知设置“{setting}”。", "Unknown setting '{setting}'.");
    public static readonly ErrorCode SettingMissing = new(6002, "setting_missing", ErrorOrigin.Provider, "缺少设置“{setting}”。", "Setting '{setting}' is missing.");
    public static readonly ErrorCode SettingInvalid = new(6003, "setting_invalid", ErrorOrigin.Provider, "设置“{setting}”无效：{reason}。", "Setting '{setting}' is not valid: {reason}.");
    public static readonly ErrorCode SettingUnknownNear = new(6004, "setting_unknown_near", ErrorOrigin.Provider, "未知设置“{setting}”，是否指“{nearest}”？", "Unknown setting '{setting}'; is '{nearest}' meant?");
    public static readonly ErrorCode SourceUnavailable = new(6010, "source_unavailable", ErrorOrigin.Provider, "无法读取数据来源：{reason}。", "The source cannot be read: {reason}.");
    public static readonly ErrorCode EncodingUnproven = new(6011, "encoding_unproven", ErrorOrigin.Provider, "无法确定文件编码，请在配置中声明；候选：{candidates}。", "The file's encoding cannot be proved; declare it in the configuration. Candidates: {candidates}.");
    public static readonly ErrorCode FileKnown = new(6012, "file_known", ErrorOrigin.Provider, "文件“{file}”的内容已发布过，不再发布。", "The content of file '{file}' was published before and is not published again.");
    public static readonly ErrorCode FileChanged = new(6013, "file_changed", ErrorOrigin.Provider, "文件“{file}”在读取期间被修改，将重新读取。", "The file '{file}' was written to while it was read; it is read again.");
    public static readonly ErrorCode RowsUnconvertible = new(6014, "rows_unconvertible", ErrorOrigin.Provider, "文件“{file}”有 {count} 行无法转换，已送隔离区；行号：{lines}。", "{count} rows of file '{file}' cannot be converted and go to quarantine; lines: {lines}.");
    public static readonly ErrorCode CaptureNotReady = new(6030, "capture_not_ready", ErrorOrigin.Provider, "尚不能捕获变更，共 {count} 处需要处理。", "Changes cannot be captured yet; {count} findings.");
    public static readonly ErrorCode CaptureServerTooOld = new(6031, "capture_server_too_old", ErrorOrigin.Provider, "PostgreSQL {version} 过旧；行列过滤的发布需要 {oldest} 或更高版本。", "PostgreSQL {version} is too old; publications with column lists and row filters need {oldest} or later.");
    public static readonly ErrorCode CaptureWalLevel = new(6032, "capture_wal_level", ErrorOrigin.Provider, "wal_level 为 {level}。请执行 ALTER SYSTEM SET wal_level = 'logical' 并重启数据库。", "wal_level is {level}. Run ALTER SYSTEM SET wal_level = 'logical' and restart the server.");
    public static readonly ErrorCode CaptureStandby = new(6033, "capture_standby", ErrorOrigin.Provider, "该服务器是备库，请连接主库。", "The server is a standby; connect to the primary.");
    public static readonly ErrorCode CaptureRoleMissing = new(6034, "capture_role_missing", ErrorOrigin.Provider, "适配器的数据库角色没有 REPLICATION 权限。请执行 ALTER ROLE <角色> REPLICATION。", "The adapter's role may not replicate. Run ALTER ROLE <role> REPLICATION.");
    public static readonly ErrorCode CaptureBudgetUnlimited = new(6035, "capture_budget_unlimited", ErrorOrigin.Provider, "max_slot_wal_keep_size 为 -1：复制槽可能写满磁盘。请按可用磁盘空间设置，例如 ALTER SYSTEM SET max_slot_wal_keep_size = '20GB'，再执行 SELECT pg_reload_conf()。", "max_slot_wal_keep_size is -1: a replication slot could fill the disk. Set it to what the disk can spare, such as ALTER SYSTEM SET max_slot_wal_keep_size = '20GB', then SELECT pg_reload_conf().");
    public static readonly ErrorCode CaptureSlotsExhausted = new(6036, "capture_slots_exhausted", ErrorOrigin.Provider, "{setting} = {limit} 已用尽，请增大并重启数据库。", "{setting} = {limit} is used up; raise it and restart the server.");
    public static readonly ErrorCode CaptureTableUnreadable = new(6037, "capture_table_unreadable", ErrorOrigin.Provider, "表 {table} 不存在，或适配器的角色不能读取：{sql}。", "The table {table} is missing, or the adapter's role may not read it: {sql}.");
    public static readonly ErrorCode CaptureTableKind = new(6038, "capture_table_kind", ErrorOrigin.Provider, "{table} 不是普通表或分区表，其变更不进入日志；请使用 snapshot 方式。", "{table} is no ordinary or partitioned table, and its changes are not in the log; use mode snapshot.");
    public static readonly ErrorCode CaptureIdentity = new(6039, "capture_identity", ErrorOrigin.Provider, "表 {table} 的副本标识须包含 {columns}。请执行 {sql}（各列须为 NOT NULL，否则执行 ALTER TABLE … REPLICA IDENTITY FULL）。", "The replica identity of {table} must hold {columns}. Run {sql} (the columns must be NOT NULL; else ALTER TABLE … REPLICA IDENTITY FULL).");
    public static readonly ErrorCode CaptureGeneratedColumn = new(6040, "capture_generated_column", ErrorOrigin.Provider, "列 {column} 是生成列，此版本的 PostgreSQL 不发布它的值；请改用普通列或 snapshot 方式。", "The column {column} is generated, and this server does not publish its values; use an ordinary column or mode snapshot.");
    public static readonly ErrorCode CapturePublicationMissing = new(6041, "capture_publication_missing", ErrorOrigin.Provider, "发布“{publication}”缺失或与配置不符，适配器的角色无权建立。请由数据库管理员执行：{sql} {reason}", "The publication '{publication}' is missing or differs from the configuration, and the adapter's role may not make it. A database administrator runs: {sql} {reason}");
    public static readonly ErrorCode CaptureFilterInvalid = new(6042, "capture_filter_invalid", ErrorOrigin.Provider, "where 条件不能用于发布“{publication}”：{reason}。", "The condition 'where' cannot be used in the publication '{publication}': {reason}.");
    public static readonly ErrorCode SlotBudgetHalf = new(6043, "slot_budget_half", ErrorOrigin.Provider, "复制槽“{slot}”保留的日志已达预算的 {percent}%。", "The replication slot '{slot}' holds back {percent} % of its budget of log.");
    public static readonly ErrorCode SlotDetached = new(6044, "slot_detached", ErrorOrigin.Provider, "复制槽“{slot}”保留的日志已达预算的 {percent}%，为保护来源磁盘已删除该槽；恢复后将重新核对全表。", "The replication slot '{slot}' held back {percent} % of its budget of log and was dropped to protect the source's disk; the table is read anew once it can be.");
    public static readonly ErrorCode TargetUnavailable = new(6020, "target_unavailable", ErrorOrigin.Consumer, "无法写入目标：{reason}。", "The target cannot be written: {reason}.");
    public static readonly ErrorCode TargetDrift = new(6021, "target_drift", ErrorOrigin.Consumer, "目标表结构与授权不符：{change}。", "The target table no longer fits the grant: {change}.");

    public static readonly ErrorCode WorkbookProtected = new(6050, "workbook_protected", ErrorOrigin.Provider, "工作簿有打开密码，无法读取；请去除密码后重新保存。", "The workbook is protected by a password and cannot be read; save it without one.");
    public static readonly ErrorCode WorkbookCorrupt = new(6051, "workbook_corrupt", ErrorOrigin.Provider, "不是可读的 Excel 文件：{reason}。", "It is no readable Excel file: {reason}.");
    public static readonly ErrorCode WorkbookRefused = new(6052, "workbook_refused", ErrorOrigin.Provider, "出于安全考虑不读取该工作簿：{reason}。", "The workbook is not read, to be safe: {reason}.");
    public static readonly ErrorCode SheetUnclear = new(6053, "sheet_unclear", ErrorOrigin.Provider, "无法确定要发布的工作表：{reason}。", "It is not clear which sheet is to be published: {reason}.");
    public static readonly ErrorCode SheetHides = new(6054, "sheet_hides", ErrorOrigin.Provider, "工作表“{sheet}”有隐藏内容（{what}）；请取消隐藏，或在配置中用 hidden 说明读取还是略过。", "Sheet '{sheet}' hides content ({what}); show it, or say by the setting hidden whether it is read or passed over.");
    public static readonly ErrorCode SheetRowsPassed = new(6055, "sheet_rows_passed", ErrorOrigin.Provider, "工作表“{sheet}”中 {count} 行不是记录（小标题、重复表头或按设置略过的隐藏行），行号：{lines}。", "{count} rows of sheet '{sheet}' are no records (subtitles, repeated headers, hidden rows that are passed over as set); rows: {lines}.");

    public static readonly ErrorCode DeadlineExceeded = new(9000, "deadline_exceeded", ErrorOrigin.Exchange, "服务在期限内没有应答。", "The service did not answer within its deadline.");
    public static readonly ErrorCode DatabaseUnavailable = new(9001, "database_unavailable", ErrorOrigin.Exchange, "数据库暂不可用。", "The database is not available.");
    public static readonly ErrorCode BrokerUnavailable = new(9002, "broker_unavailable", ErrorOrigin.Exchange, "消息总线暂不可用。", "The message bus is not available.");
    public static readonly ErrorCode BrokerFull = new(9003, "broker_full", ErrorOrigin.Exchange, "消息总线资源不足（{reason}），暂不接收数据；已读取的数据保留，恢复后自动继续。", "The message bus is short of room ({reason}) and takes nothing for now; what was read is kept and goes on by itself once there is room.");
    public static readonly ErrorCode MigrationChanged = new(9010, "migration_changed", ErrorOrigin.Exchange, "模式“{schema}”中已执行的迁移 {version}（{name}）与程序中的不一致。", "Migration {version} ({name}) of schema '{schema}' was applied with another content.");
    public static readonly ErrorCode MigrationUnknown = new(9011, "migration_unknown", ErrorOrigin.Exchange, "模式“{schema}”已有本程序不认识的迁移 {version}：数据库比程序新。", "Schema '{schema}' has migration {version}, which this program does not know: the database is newer than the program.");
    public static readonly ErrorCode Unexpected = new(9099, "unexpected", ErrorOrigin.Exchange, "发生意外错误，编号 {trace}。", "An unexpected error happened, reference {trace}.");
}
