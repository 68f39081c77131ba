using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Proof;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Sources.Http;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Adapters.Sources.Sheets;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters;

/// <summary>The sources that publishing adapters can read, written out one by one.</summary>
internal static class Connectors
{
    /// <summary>Reads the one source that the file sets, or null where there are findings.</summary>
    public static ISourceModel? ReadSource(SectionReader source, ResourceSchema? schema)
    {
        if (source.Section(AdapterSettings.SourcePostgres, PostgresSourceSettings.Section) is { } postgres) return PostgresSourceSettings.Read(postgres, schema);
        if (source.Section(AdapterSettings.SourceCsv, CsvSourceSettings.Section) is { } csv) return CsvSourceSettings.Read(csv, schema);
        if (source.Section(AdapterSettings.SourceExcel, SheetSourceSettings.Section) is { } excel) return SheetSourceSettings.Read(excel, schema);
        if (source.Section(AdapterSettings.SourceHttp, HttpSourceSettings.Section) is { } http) return HttpSourceSettings.Read(http, schema);
        return null;
    }

    /// <summary>The folder that a source reads and how, or null where it reads no files.</summary>
    public static (FolderModel Folder, IFileFormat Format)? FilesOf(ISourceModel model, ResourceSchema schema) => model switch
    {
        CsvSourceModel csv => (csv.Folder, new CsvFormat(csv, schema)),
        SheetSourceModel sheets => (sheets.Folder, new SheetFormat(sheets, schema)),
        _ => null,
    };

    /// <summary>Looks whether a source can be read; null where it can, or where there is nothing to look at before its first reading.</summary>
    public static Task<Error?> CheckAsync(AdapterModel adapter, CancellationToken cancellation) =>
        adapter is PublishingAdapter { Source: PostgresSourceModel postgres } publishing
            ? PostgresCheck.FindAsync(publishing, postgres, cancellation)
            : Task.FromResult<Error?>(null);

    /// <summary>Watches over what a source keeps for the adapter, until cancelled; done at once where there is nothing to watch over.</summary>
    public static Task GuardAsync(PublishingAdapter adapter, PublishingEnvironment environment, StatusBoard board, CancellationToken cancellation) =>
        adapter.Source is PostgresSourceModel { Capture: { } capture } postgres
            ? new SlotGuard(postgres, capture, adapter.Name, environment, board).RunAsync(cancellation)
            : Task.CompletedTask;

    public static IRecordSource Open(ISourceModel model, SourceContext context) => model switch
    {
        PostgresSourceModel { Capture: { } capture } postgres => CaptureSource.Open(postgres, capture, context),
        PostgresSourceModel postgres => PostgresSource.Open(postgres, context),
        HttpSourceModel http => new HttpSource(http, context),
        _ when FilesOf(model, context.Schema) is { } files => new FolderSource(files.Folder, files.Format, context),
        _ => throw new NotSupportedException(model.GetType().Name),
    };

    /// <summary>A source to be read as a whole. Each kind says here how that is done without a trace at the source.</summary>
    public static IWholeSource OpenWhole(ISourceModel model, SourceContext context) => model switch
    {
        PostgresSourceModel postgres => PostgresWhole.Open(postgres, context),
        HttpSourceModel http => new SnapshotWhole(new HttpSource(http, context)),
        _ when FilesOf(model, context.Schema) is { } files => new SnapshotWhole(new FolderSource(files.Folder, files.Format, context)),
        _ => throw new NotSupportedException(model.GetType().Name),
    };

    /// <summary>How long a change at the source may wait for the next round.</summary>
    public static TimeSpan Interval(ISourceModel model) => model switch
    {
        PostgresSourceModel { Capture: not null } => TimeSpan.FromSeconds(1),
        PostgresSourceModel postgres => postgres.Interval,
        CsvSourceModel csv => csv.Folder.Interval,
        SheetSourceModel sheets => sheets.Folder.Interval,
        HttpSourceModel http => http.Interval,
        _ => throw new NotSupportedException(model.GetType().Name),
    };
}
