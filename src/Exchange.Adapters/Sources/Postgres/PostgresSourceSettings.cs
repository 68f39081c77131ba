using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Postgres;

internal static class PostgresSourceSettings
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    private static readonly PostgresConnectionSettings Connection = new("source");

    private static readonly Setting Table = new("table", "table or schema.table", null,
        "表或视图，名称与数据库中一致；含句点的名称加双引号。必填。", "Table or view, named as in the database; a name with a full stop in double quotes. Required.");

    private static readonly Setting Columns = new("columns", "map of field to column", null,
        "字段到列的对应；未列出的字段取同名列。", "Column of each field; a field that is not listed has a column of its own name.");

    private static readonly Setting Mode = new("mode", "snapshot | watermark | capture", "snapshot",
        "读取方式：snapshot 反复读取整表，仅在有变化时发布；watermark 先读整表，再按更新时间读取变化；capture 先读整表，再从数据库日志逐条捕获变更。",
        "How it is read: snapshot reads the whole table again and again and publishes it where it changed; watermark reads the whole table once, then the rows whose time of change moved on; "
        + "capture reads the whole table once, then each change from the database's log.");

    private static readonly Setting Watermark = new("watermark", "column", null,
        "记录更新时间的列（timestamp 或 timestamptz，非空）；watermark 方式必填。", "Column with the time of a row's last change (timestamp or timestamptz, never null); required with mode watermark.");

    private static readonly Setting Interval = new("interval", "duration 100ms–31d", "1m", "两轮读取之间的间隔。", "Time between two rounds.");

    private static readonly Setting Overlap = new("overlap", "duration 0s–1d", "5m",
        "watermark 方式每轮回看的时长，应大于来源最长事务；用于迟提交的行。",
        "How far back each round of mode watermark looks again; more than the source's longest transaction, for rows committed late.");

    private static readonly Setting SnapshotInterval = new("snapshotInterval", "duration 1s–31d", null,
        "watermark 方式下整表核对的间隔（用于发现删除）；不设则不再核对。", "Time between full snapshots in mode watermark, which find deletes; without it there is none after the first.");

    private static readonly Setting TimeZone = new("timeZone", "IANA zone", "Asia/Shanghai", "不带时区的时间列所用时区。", "Zone of time columns that have none.");

    private static readonly Setting Where = new("where", "SQL condition", null,
        "只共享满足该条件的行（SQL 条件，不含 WHERE）；不可用于 watermark 方式。",
        "Only rows for which this holds are shared (an SQL condition, without WHERE); not with mode watermark.");

    private static readonly Setting Slot = new("slot", "name", null, "capture 方式的复制槽名称；缺省由适配器名称得出。", "Replication slot of mode capture; by default made of the adapter's name.");

    private static readonly Setting Publication = new("publication", "name", null, "capture 方式的发布名称；缺省由适配器名称得出。", "Publication of mode capture; by default made of the adapter's name.");

    private static readonly Setting Heartbeat = new("heartbeat", "duration 1s–1h", "30s",
        "capture 方式下，本表无变更时位置前移、并核对表结构的间隔。", "How often, in mode capture, the position moves on where this table is quiet, and the table's structure is looked at.");

    private static readonly Setting DetachAt = new("detachAt", "whole number 10–95", "80",
        "capture 方式下，复制槽保留的日志达到 max_slot_wal_keep_size 的该百分比时，删除复制槽以保护来源磁盘。",
        "Percentage of max_slot_wal_keep_size at which, in mode capture, the replication slot is dropped to protect the source's disk.");

    public static readonly SettingSection Section = new("source.postgres",
        "PostgreSQL 来源：在一个只读的可重复读事务中以二进制 COPY 读取。", "PostgreSQL source: read by binary COPY in one read-only repeatable-read transaction.",
        [Connection.Connection, Connection.ConnectionFile, Connection.PasswordFile, Table, Columns, Mode, Watermark, Interval, Overlap, SnapshotInterval, TimeZone,
            Where, Slot, Publication, Heartbeat, DetachAt]);

    public static PostgresSourceModel? Read(SectionReader reader, ResourceSchema? schema)
    {
        var connection = Connection.Read(reader);
        var tableText = reader.RequiredText(Table);
        var table = TableName.Parse(tableText);
        if (table is null && tableText.Length > 0) reader.Findings.Invalid(reader.LineOf(Table), reader.PathOf(Table), "table or schema.table belongs here", "应为 表 或 模式.表");
        var mode = reader.Choice(Mode, "snapshot", "watermark", "capture") switch
        {
            "watermark" => PostgresReadMode.Watermark, "capture" => PostgresReadMode.Capture, _ => PostgresReadMode.Snapshot,
        };
        var watermark = reader.OptionalText(Watermark);
        if (mode == PostgresReadMode.Watermark && watermark is null) reader.Findings.Missing(reader.Line, reader.PathOf(Watermark));
        if (mode != PostgresReadMode.Watermark) Refuse(reader, Watermark, "only mode watermark has it", "仅用于 watermark 方式");
        if (mode == PostgresReadMode.Watermark) Refuse(reader, Where, "mode watermark has no condition", "watermark 方式没有条件");
        var capture = ReadCapture(reader, mode);
        var zone = reader.RequiredText(TimeZone);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) reader.Findings.Invalid(reader.LineOf(TimeZone), reader.PathOf(TimeZone), "it is not an IANA time zone", "不是 IANA 时区");
        var interval = reader.Duration(Interval, Shortest, Longest);
        var overlap = reader.Duration(Overlap, TimeSpan.Zero, TimeSpan.FromDays(1));
        TimeSpan? snapshots = reader.Has(SnapshotInterval) ? reader.Duration(SnapshotInterval, TimeSpan.FromSeconds(1), Longest) : null;
        var columns = FieldMap.Read(reader, Columns, schema);
        return connection is null || table is null || schema is null
            ? null
            : new PostgresSourceModel(connection, table, columns, mode, watermark, interval, overlap, snapshots, zone, reader.OptionalText(Where), capture);
    }

    private static CaptureModel? ReadCapture(SectionReader reader, PostgresReadMode mode)
    {
        if (mode != PostgresReadMode.Capture)
        {
            foreach (var setting in (Setting[])[Slot, Publication, Heartbeat, DetachAt]) Refuse(reader, setting, "only mode capture has it", "仅用于 capture 方式");
            return null;
        }

        var slot = reader.OptionalText(Slot);
        if (slot is not null && (slot.Length > 63 || !slot.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')))
            reader.Findings.Invalid(reader.LineOf(Slot), reader.PathOf(Slot), "at most 63 lower-case letters, digits and underscores", "应为至多 63 个小写字母、数字和下划线");
        return new CaptureModel(
            slot, reader.OptionalText(Publication), reader.Duration(Heartbeat, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), reader.Integer(DetachAt, 10, 95));
    }

    private static void Refuse(SectionReader reader, Setting setting, string reason, string reasonZh)
    {
        if (reader.Has(setting)) reader.Findings.Invalid(reader.LineOf(setting), reader.PathOf(setting), reason, reasonZh);
    }
}
