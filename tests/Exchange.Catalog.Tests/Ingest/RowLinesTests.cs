using System.Text.Json;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Records;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

/// <summary>A row of a file that breaks a rule of the schema is found again in its file.</summary>
[Trait("Cost", "Servers")]
public sealed class RowLinesTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly Item[] Items = [.. Enumerable.Range(1, 200).Select(i => Item.Of(i))];

    [Fact]
    public async Task Batch_OfAFile_QuarantineTellsFileAndLineOfEachBadRow()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        Item[] rows = [Items[0], Items[1].Broken(), .. Items[2..50], Items[3], Items[50].Broken()];
        await stream.SendAsync(stream.Start(), Of(stream.Rows(rows), "2+1*1+3*50/企业.csv"), stream.End());

        Assert.Equal(["企业.csv:3", "企业.csv:150", "企业.csv:153"], await SourcesAsync(stream));
        Assert.Contains("key_duplicate", (await stream.QuarantineAsync())[1].Reasons, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_HeldForItsBadRows_TellsTheirLinesAfterItsRelease()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        Item[] rows = [.. Items[..11].Select(i => i.Broken()), .. Items[11..100]];
        await stream.SendAsync(stream.Start(), Of(stream.Rows(rows), "2+1*99/a.csv"));
        await stream.ReleaseAsync();

        Assert.Equal(Enumerable.Range(2, 11).Select(l => FormattableString.Invariant($"a.csv:{l}")), await SourcesAsync(stream));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("2/a.csv")]
    public async Task Batch_WithoutLinesOfARow_QuarantineTellsNone(string? lines)
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), Of(stream.Rows(Items[0], Items[1].Broken()), lines), stream.End());

        Assert.Equal([null], await SourcesAsync(stream));
        Assert.Equal(Items[..1], await stream.StoredAsync());
    }

    [Fact]
    public void Header_KeptByAnEarlierVersion_IsReadWithoutLines()
    {
        const string Kept = """
            {"Stream":"0197b4d8-0000-7000-8000-000000000001","Resource":"0197b4d8-0000-7000-8000-000000000002","Partition":0,"Epoch":1,"Sequence":2,"Kind":2,
             "SchemaFingerprint":"f","Position":"p","RowCount":1,"Sha256":"s"}
            """;
        var now = JsonSerializer.Deserialize<JsonElement>(JsonSerializer.Serialize(new BatchHeader(default, default, 0, 1, 2, BatchKind.Rows, "f", "p", 1, "s")));
        var kept = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Kept)!;
        foreach (var name in new[] { "Stream", "Resource" }) kept[name] = now.GetProperty(name);

        Assert.Null(JsonSerializer.Deserialize<BatchHeader>(JsonSerializer.Serialize(kept))!.Lines);
    }

    private static RecordBatch Of(RecordBatch batch, string? lines) => batch with { Header = batch.Header with { Lines = lines } };

    private static async Task<IEnumerable<string?>> SourcesAsync(StreamDriver stream) => (await stream.QuarantineAsync())
        .Select(q => JsonSerializer.Deserialize<JsonElement>(q.Reasons)[0].TryGetProperty("source", out var source) ? source.GetString() : null);
}
