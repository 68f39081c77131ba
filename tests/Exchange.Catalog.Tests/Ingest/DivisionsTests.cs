using System.Buffers;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Exchange.Catalog.Resources;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Testing;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

/// <summary>Townships as published on three dates: full snapshots whose differences are known.</summary>
[Trait("Cost", "Servers")]
public sealed partial class DivisionsTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private const string Schema = """
        {"type":"object","title":"乡级行政区划","required":["code","name"],
         "properties":{
          "code":{"type":"string","maxLength":12,"x-exchange":{"key":true}},
          "name":{"type":"string","maxLength":100},
          "area_code":{"type":["string","null"],"maxLength":12,"x-exchange":{"filter":true}}}}
        """;

    [Fact]
    public async Task Snapshots_OfThreeDates_FeedTheKnownDifferences()
    {
        string[] files = [.. new[] { "t0_2018-02-04", "t1_2018-07-07", "t2_2019-05-07" }.Select(f => TestPaths.SharedDataOrSkip("divisions-revised", f + "_streets.csv.gz"))];
        await using var stream = await StreamDriver.StartAsync(fixture, Schema);
        var feed = new List<(long Inserted, long Deleted, long Updated, long Stored)>();
        var head = 0L;
        foreach (var file in files)
        {
            await stream.SendAsync(stream.Start());
            foreach (var rows in Read(file).Chunk(5000)) await stream.SendAsync(stream.Next(BatchKind.Rows, Body(rows), rows.Length));
            await stream.SendAsync(stream.End());
            feed.Add((await CountAsync(stream, 'I', head), await CountAsync(stream, 'D', head), await CountAsync(stream, 'U', head),
                await fixture.ScalarAsync<long>($"SELECT count(*) FROM {StoreColumns.Store(stream.Resource.Name)}")));
            head = (await stream.FeedPlaceAsync()).Head;
        }

        Assert.Equal([(0, 0, 0, 42_951), (1_790, 1_217, 153, 43_524), (1_156, 1_116, 469, 43_564)], feed);
        Assert.Empty(await stream.QuarantineAsync());
    }

    private Task<long> CountAsync(StreamDriver stream, char operation, long after) => fixture.ScalarAsync<long>(
        $"SELECT count(*) FROM {StoreColumns.Feed(stream.Resource.Name)} WHERE op = '{operation}' AND _offset > $1", after);

    private static IEnumerable<(string Code, string Name, string Area)> Read(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var match = Line.Match(line);
            Assert.True(match.Success, line);
            yield return (match.Groups["code"].Value, match.Groups["name"].Value, match.Groups["area"].Value);
        }
    }

    private static byte[] Body(IEnumerable<(string Code, string Name, string Area)> rows)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        foreach (var (code, name, area) in rows)
        {
            writer.StartRow(3);
            writer.WriteText(code);
            writer.WriteText(name);
            writer.WriteText(area);
        }

        return output.WrittenSpan.ToArray();
    }

    [GeneratedRegex("^(?<code>[0-9]+),\"?(?<name>[^\"]*)\"?,(?<area>[0-9]+),", RegexOptions.NonBacktracking)]
    private static partial Regex Line { get; }
}
