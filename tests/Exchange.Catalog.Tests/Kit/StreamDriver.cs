using System.Security.Cryptography;
using Exchange.Catalog.Ingest;
using Exchange.Catalog.Resources;
using Exchange.Catalog.Streams;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Exchange.Catalog.Tests.Kit;

/// <summary>What the feed says of one change.</summary>
internal sealed record FeedEntry(long Offset, char Op, long Changed, string Id, long Part, string? Before, string? After);

/// <summary>Plays the adapter of a resource of its own and the partition that takes its batches.</summary>
internal sealed class StreamDriver : IAsyncDisposable
{
    private readonly CatalogFixture _fixture;
    private readonly PartitionIngest _ingest;
    private readonly string _source;
    private readonly Guid _opener = Guid.CreateVersion7();
    private long _openings;

    private StreamDriver(CatalogFixture fixture, ResourceRegistered resource, string source, long indexedRows)
    {
        _fixture = fixture;
        _source = source;
        Resource = resource;
        _ingest = NewIngest(fixture, indexedRows);
    }

    public ResourceRegistered Resource { get; }

    public StreamOpened Opened { get; private set; } = null!;

    public long NextSequence { get; set; }

    public static async Task<StreamDriver> StartAsync(CatalogFixture fixture, string schema = Item.Schema, long indexedRows = LoadedKeys.IndexedRows)
    {
        var resource = CatalogFixture.Ok(await fixture.RegisterAsync(CatalogFixture.NewResourceName(), schema));
        var driver = new StreamDriver(fixture, resource, "source", indexedRows);
        await driver.OpenAsync();
        return driver;
    }

    public static PartitionIngest NewIngest(CatalogFixture fixture, long indexedRows = LoadedKeys.IndexedRows) =>
        new(fixture.Database, fixture.Announcements, fixture.Time, NullLogger.Instance) { IndexedRows = indexedRows };

    /// <summary>The request for the next opening.</summary>
    public OpenStream Opening() => new(Resource.Name, _source, CatalogFixture.Publisher, Resource.SchemaFingerprint, _opener, ++_openings);

    public async Task OpenAsync(string? fingerprint = null)
    {
        var request = Opening() with { SchemaFingerprint = fingerprint ?? Resource.SchemaFingerprint };
        Opened = CatalogFixture.Ok(await OpenStreamHandler.HandleAsync(request, _fixture.Database, _fixture.Time, CancellationToken.None));
        NextSequence = Opened.NextSequence;
    }

    public RecordBatch Start() => Next(BatchKind.SnapshotStart, [], 0);

    public RecordBatch End() => Next(BatchKind.SnapshotEnd, [], 0);

    public RecordBatch Rows(params IReadOnlyCollection<Item> items) => Next(BatchKind.Rows, Change.Body(items), items.Count);

    public RecordBatch Changes(params IReadOnlyCollection<Change> changes) => Next(BatchKind.Changes, Change.Body(changes), changes.Count);

    /// <summary>The next batch in sequence; its position names the sequence.</summary>
    public RecordBatch Next(BatchKind kind, byte[] body, int rows) => new(
        new BatchHeader(
            Opened.Stream,
            Opened.Resource,
            Opened.Partition,
            Opened.Epoch,
            NextSequence,
            kind,
            Resource.SchemaFingerprint,
            $"p{NextSequence++}",
            rows,
            Convert.ToHexStringLower(SHA256.HashData(body))),
        body);

    public async Task SendAsync(params IEnumerable<RecordBatch> batches)
    {
        foreach (var batch in batches) Assert.Equal(DeliveryOutcome.Done, await _ingest.HandleAsync(batch, CancellationToken.None));
    }

    public async Task SnapshotAsync(params IReadOnlyCollection<Item> items) => await SendAsync(Start(), Rows(items), End());

    public async Task<StreamStatus> StatusAsync() =>
        CatalogFixture.Ok(await GetStreamStatusHandler.HandleAsync(new GetStreamStatus(Opened.Stream), _fixture.Database, CancellationToken.None));

    public async Task<StreamStatus> ReleaseAsync() =>
        CatalogFixture.Ok(await ReleaseStreamHandler.HandleAsync(
            new ReleaseStream(Opened.Stream, "bureau-desk"), _fixture.Database, _fixture.Announcements, _fixture.Time, CancellationToken.None));

    /// <summary>The stored rows in key order.</summary>
    public Task<List<Item>> StoredAsync() => _fixture.ListAsync(
        $"SELECT id, part, region, note, amount FROM {StoreColumns.Store(Resource.Name)} ORDER BY id, part",
        r => new Item(r.GetString(0), r.GetInt64(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), r.GetDecimal(4)));

    /// <summary>Offset by key.</summary>
    public async Task<Dictionary<(string Id, long Part), long>> OffsetsAsync() => (await _fixture.ListAsync(
        $"SELECT id, part, _offset FROM {StoreColumns.Store(Resource.Name)}", r => (Key: (r.GetString(0), r.GetInt64(1)), Offset: r.GetInt64(2))))
        .ToDictionary(r => r.Key, r => r.Offset);

    public Task<List<FeedEntry>> FeedAsync() => _fixture.ListAsync(
        $"""SELECT _offset, op, changed, "key:id", "key:part", "before:region", "after:region" FROM {StoreColumns.Feed(Resource.Name)} ORDER BY _offset""",
        r => new FeedEntry(
            r.GetInt64(0), r.GetChar(1), r.GetInt64(2), r.GetString(3), r.GetInt64(4), r.IsDBNull(5) ? null : r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6)));

    public async Task<(long Head, long LoadEnd, bool Loading)> FeedPlaceAsync() => (await _fixture.ListAsync(
        "SELECT head, load_end, loading FROM catalog.feed WHERE resource_id = $1", r => (r.GetInt64(0), r.GetInt64(1), r.GetBoolean(2)), Opened.Resource.Value)).Single();

    public Task<List<(long Sequence, int Row, string Reasons)>> QuarantineAsync() => _fixture.ListAsync(
        "SELECT sequence, row_number, reasons::text FROM catalog.quarantine WHERE stream_id = $1 ORDER BY sequence, row_number",
        r => (r.GetInt64(0), r.GetInt32(1), r.GetString(2)),
        Opened.Stream.Value);

    public ValueTask DisposeAsync() => _ingest.DisposeAsync();
}
