using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Adapters.Sources.Http;
using Exchange.Adapters.Tests.Support;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Http;

public sealed class PageScanTests
{
    private static readonly HttpSourceModel Model = new(
        new Uri("http://127.0.0.1/"), null, JsonPointer.Parse("/data/0/items")!,
        TestSchemas.PeopleSchema.Fields.ToDictionary(f => f.Name, f => JsonPointer.Parse("/v/1/" + f.Name)!, StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal),
        new HttpStatusRule(JsonPointer.Of("code"), new HashSet<string>(StringComparer.Ordinal)),
        new HttpPaging(PagingStyle.Next, "", 1, null, 1, JsonPointer.Parse("/links/next"), JsonPointer.Parse("/data/0/more"), JsonPointer.Of("total")), null,
        JsonCellOptions.Default, HttpLimitsSettings.Default, false, TimeSpan.FromMinutes(1), "");

    [Fact]
    public async Task Read_AnyDocumentInAnyChunks_GivesTheSameRowsAndFacts() => await Seeds.RunAsync(async (random, _) =>
    {
        for (var round = 0; round < 60; round++)
        {
            var count = random.Next(0, 40);
            var rows = Enumerable.Range(1, count).Select(i => Row(random, i)).ToArray();
            var json = Encoding.UTF8.GetBytes(Document(random, rows));
            var (tuples, facts) = await ReadAsync(json, int.MaxValue);
            var (again, sameFacts) = Feed(json, random);
            Assert.Equal(tuples, again);
            Assert.Equal((count, true, "下一页", "true", "7", "0"), (facts.Rows, facts.HasRows, facts.Next, facts.More, facts.Total, facts.Status));
            Assert.Equal((facts.Rows, facts.Next, facts.Total), (sameFacts.Rows, sameFacts.Next, sameFacts.Total));
            Assert.Equal(Enumerable.Range(1, count).Select(i => $"P{i}"), Codes(tuples));
        }
    });

    [Fact]
    public async Task Read_DamagedDocument_IsUnavailableOrReadButNeverElse() => await Seeds.RunAsync(async (random, _) =>
    {
        for (var round = 0; round < 300; round++)
        {
            var json = Encoding.UTF8.GetBytes(Document(random, [Row(random, 1), Row(random, 2)]));
            for (var i = random.Next(1, 4); i > 0; i--) json[random.Next(json.Length)] = (byte)random.Next(256);
            if (random.Next(2) == 0) json = json[..random.Next(json.Length)];
            try
            {
                await ReadAsync(json, random.Next(1, 200));
            }
            catch (ApiUnavailableException e)
            {
                Assert.DoesNotContain("行政区划", e.Message, StringComparison.Ordinal);
            }
        }
    });

    [Fact]
    public async Task Read_MemberTwice_IsSetAside()
    {
        var (tuples, _) = await ReadAsync("""{"data":[{"items":[{"v":[0,{"code":"P1","name":"a","name":"b"}]}]}]}"""u8.ToArray(), 7);
        Assert.Equal("b", BadCell.Text(Cell(tuples, 1)));
    }

    [Fact]
    public async Task Read_HalfASurrogatePair_IsNoTextAndStillARow()
    {
        var (tuples, _) = await ReadAsync("""{"data":[{"items":[{"v":[0,{"code":"P1","name":"\ud83d"}]}]}]}"""u8.ToArray(), 7);
        Assert.Equal([0xFF], Cell(tuples, 1));
    }

    [Fact]
    public async Task Read_RowWithoutEnd_StopsAtTheLimit()
    {
        var model = Model with { Rows = JsonPointer.Root };
        var scan = new PageScan(model, new RowProjection(model, TestSchemas.PeopleSchema), new RowWriter(new ArrayBufferWriter<byte>()));
        await using var body = new EndlessText();
        var read = await PageBody.ReadAsync(body, scan, long.MaxValue, _ => default, CancellationToken.None);
        Assert.Equal("http_limit_reached", read.Error?.Code.Name);
    }

    private static async Task<(byte[] Tuples, PageFacts Facts)> ReadAsync(byte[] json, int chunk)
    {
        var output = new ArrayBufferWriter<byte>();
        var scan = new PageScan(Model, new RowProjection(Model, TestSchemas.PeopleSchema), new RowWriter(output));
        await using var body = new ChunkedStream(json, chunk);
        Assert.False((await PageBody.ReadAsync(body, scan, long.MaxValue, _ => default, CancellationToken.None)).IsError);
        return (output.WrittenSpan.ToArray(), scan.Facts);
    }

    /// <summary>Gives the scan a window that grows by a few bytes at a time.</summary>
    private static (byte[] Tuples, PageFacts Facts) Feed(byte[] json, Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        var scan = new PageScan(Model, new RowProjection(Model, TestSchemas.PeopleSchema), new RowWriter(output));
        var (start, end) = (0, 0);
        while (end < json.Length)
        {
            end = Math.Min(json.Length, end + random.Next(1, 400));
            start += scan.Take(json.AsSpan(start, end - start), last: end == json.Length);
        }

        return (output.WrittenSpan.ToArray(), scan.Facts);
    }

    private static string Row(Random random, int number)
    {
        var filler = new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(i => (JsonNode)new JsonObject { ["items"] = "no rows\"{[" + i })]);
        var fields = new JsonObject { ["code"] = $"P{number}", ["unknown"] = filler, ["name"] = string.Concat(Enumerable.Repeat("行政区划\\\"😀", random.Next(200))), ["age"] = random.Next(100) };
        return new JsonObject { ["items"] = new JsonArray(1, 2), ["v"] = new JsonArray(null, fields) }.ToJsonString(random.Next(2) == 0 ? null : new JsonSerializerOptions { WriteIndented = true });
    }

    private static string Document(Random random, string[] rows)
    {
        string[] members =
        [
            "\"code\":0", "\"total\":7", "\"links\":{\"next\":\"下一页\",\"self\":{\"next\":\"no\"}}",
            $"\"data\":[{{\"more\":true,\"items\":[{string.Join(',', rows)}],\"other\":[[{{\"items\":[1]}}]]}},{{\"items\":[1],\"more\":false}}]", "\"nothing\":{\"data\":[{\"items\":[{}]}]}",
        ];
        random.Shuffle(members);
        return $"{{{string.Join(" , ", members)}}}";
    }

    private static List<string> Codes(byte[] tuples)
    {
        var codes = new List<string>();
        Span<FieldSlice> slices = stackalloc FieldSlice[TestSchemas.PeopleSchema.Fields.Count];
        var reader = new RowReader(tuples);
        while (reader.ReadRow(slices)) codes.Add(RowValue.Text(reader.Bytes(slices[0])));
        Assert.Null(reader.Fault);
        return codes;
    }

    private static byte[] Cell(byte[] tuples, int field)
    {
        Span<FieldSlice> slices = stackalloc FieldSlice[TestSchemas.PeopleSchema.Fields.Count];
        var reader = new RowReader(tuples);
        Assert.True(reader.ReadRow(slices));
        return reader.Bytes(slices[field]).ToArray();
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer.Length > chunk ? buffer[..chunk] : buffer, cancellationToken);
    }

    private sealed class EndlessText : MemoryStream
    {
        private bool _begun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'a');
            if (!_begun) "[\""u8.CopyTo(buffer.Span);
            _begun = true;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
