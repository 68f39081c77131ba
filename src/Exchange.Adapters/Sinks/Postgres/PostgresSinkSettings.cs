using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sinks.Postgres;

internal static class PostgresSinkSettings
{
    private static readonly PostgresConnectionSettings Connection = new("sink");

    private static readonly Setting Table = new("table", "table or schema.table", null, "目标表。必填。", "The target table. Required.");

    private static readonly Setting Create = new("create", "true | false", "true",
        "表不存在时是否创建，并为新授权的字段加列。", "Whether the table is created where it is missing, and gets a column for each newly granted field.");

    private static readonly Setting Columns = new("columns", "map of field to column", null,
        "字段到列的对应；未列出的字段取同名列。", "Column of each field; a field that is not listed has a column of its own name.");

    private static readonly Setting Key = new("key", "list of fields", null,
        "主键字段；缺省取数据资源定义中的主键。", "Key fields; by default those of the resource's schema.");

    private static readonly Setting TimeZone = new("timeZone", "IANA zone", "Asia/Shanghai", "目标表中不带时区的时间列所用时区。", "Zone of target columns that have none.");

    public static readonly SettingSection Section = new("sink.postgres",
        "PostgreSQL 去向：按主键更新，删除随之生效，游标与数据在同一事务内提交。", "PostgreSQL sink: upserts by key, applies deletes, and commits its cursor with its rows.",
        [Connection.Connection, Connection.ConnectionFile, Connection.PasswordFile, Table, Create, Columns, Key, TimeZone]);

    public static PostgresSinkModel? Read(SectionReader reader)
    {
        var connection = Connection.Read(reader);
        var text = reader.RequiredText(Table);
        var table = TableName.Parse(text);
        if (table is null && text.Length > 0) reader.Findings.Invalid(reader.LineOf(Table), reader.PathOf(Table), "table or schema.table belongs here", "应为 表 或 模式.表");
        var create = reader.Flag(Create);
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, column) in reader.Map(Columns))
        {
            if (columns.ContainsValue(column)) reader.Findings.Invalid(reader.LineOf(Columns), reader.PathOf(Columns), $"two fields go into the column {column}", $"有两个字段对应列 {column}");
            columns[field] = column;
        }

        var key = reader.List(Key);
        var zone = reader.RequiredText(TimeZone);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) reader.Findings.Invalid(reader.LineOf(TimeZone), reader.PathOf(TimeZone), "it is not an IANA time zone", "不是 IANA 时区");
        return connection is null || table is null ? null : new PostgresSinkModel(connection, table, create, columns, key, zone);
    }
}
