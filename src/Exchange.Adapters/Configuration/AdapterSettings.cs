using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Sources.Http;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Sources.Sheets;

namespace Exchange.Adapters.Configuration;

/// <summary>The settings of an adapter file that belong to no connector.</summary>
internal static class AdapterSettings
{
    public static readonly Setting Name = new("adapter", "text", null,
        "适配器名称，也是数据来源名称：小写字母、数字和连字符，2–63 个字符，以字母开头。必填。",
        "Name of the adapter and of its source: lower-case letters, digits and hyphens, 2–63 characters, begins with a letter. Required.");

    public static readonly Setting Bus = new("bus", "section", null,
        "消息总线（发布适配器以独立进程运行时必填）。", "The message bus (required where a publishing adapter runs as a process of its own).");

    public static readonly Setting Resource = new("resource", "section", null,
        "所发布的数据资源。配置了它即为发布适配器。", "The resource that is published. Its presence makes this a publishing adapter.");

    public static readonly Setting Source = new("source", "section", null, "数据来源，恰好一种。必填。", "The source, exactly one kind. Required.");

    public static readonly Setting Sink = new("sink", "section", null,
        "数据去向，恰好一种；仅用于接收适配器。", "Where received rows go, exactly one kind; receiving adapters only.");

    public static readonly Setting Batches = new("batches", "section", null,
        "批次大小与在途数量；仅用于发布适配器。", "Size and number of batches; publishing adapters only.");

    public static readonly SettingSection File = new("", "适配器文件：一个 YAML 文件描述一个适配器。", "The adapter file: one YAML file per adapter.",
        [Name, Bus, Resource, Source, Sink, Batches]);

    public static readonly Setting SourcePostgres = new("postgres", "section", null, "PostgreSQL 表或视图。", "A PostgreSQL table or view.");
    public static readonly Setting SourceCsv = new("csv", "section", null, "受监视的 CSV 文件夹。", "A watched folder of CSV files.");
    public static readonly Setting SourceExcel = new("excel", "section", null, "受监视的 Excel 文件夹（XLSX、XLS）。", "A watched folder of Excel files (XLSX, XLS).");
    public static readonly Setting SourceHttp = new("http", "section", null, "部门系统的 JSON 接口。", "A JSON API of a department's system.");
    public static readonly Setting SourceExchange = new("exchange", "section", null,
        "已获授权的数据资源（经网关）；仅用于接收适配器。", "A granted resource, through the gateway; receiving adapters only.");

    public static readonly SettingSection SourceSection = new("source", "数据来源。", "The source.", [SourcePostgres, SourceCsv, SourceExcel, SourceHttp, SourceExchange]);

    public static readonly Setting SinkPostgres = new("postgres", "section", null, "PostgreSQL 表。", "A PostgreSQL table.");

    public static readonly SettingSection SinkSection = new("sink", "数据去向。", "Where received rows go.", [SinkPostgres]);

    /// <summary>All sections, in the order of the documentation.</summary>
    public static readonly IReadOnlyList<SettingSection> All =
    [
        File, BusSettings.Section, ResourceSettings.Section, BatchSettings.Section,
        SourceSection, PostgresSourceSettings.Section, CsvSourceSettings.Section, SheetSourceSettings.Section,
        HttpSourceSettings.Section, HttpPagingSettings.Section, HttpChangesSettings.Section, HttpCredentialsSettings.Section, HttpLimitsSettings.Section, ExchangeSourceSettings.Section,
        SinkSection, PostgresSinkSettings.Section,
    ];
}
