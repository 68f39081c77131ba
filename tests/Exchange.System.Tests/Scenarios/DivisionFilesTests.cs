using System.IO.Compression;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Exchange.Contracts.Errors;
using Exchange.Standalone.Demonstration;
using Exchange.Standalone.Platform;
using Exchange.Testing;
using Exchange.Testing.Files;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.System.Tests.Scenarios;

/// <summary>
/// Townships as published on three dates, dropped as files into a watched folder of a whole exchange: the feed holds exactly what differs, and the first snapshot with the feed
/// played over it is the last snapshot.
/// </summary>
[Trait("Cost", "Servers")]
public sealed partial class DivisionFilesTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static readonly string[] Dates = ["t0_2018-02-04", "t1_2018-07-07", "t2_2019-05-07"];

    [Fact]
    public Task Publish_CsvOfThreeDates_FeedsExactlyTheDifferences() => PlayAsync("csv", rows => File.WriteAllText(rows.Path, string.Concat(rows.Lines.Select(l => l + "\n"))));

    [Fact]
    public Task Publish_WorkbooksOfThreeDates_FeedExactlyTheDifferences() => PlayAsync("excel", rows =>
    {
        var book = new XlsxBook();
        var sheet = book.Add("乡级").Row("乡级行政区划").Merge("A1:C1").Row("code", "name", "areaCode");
        // A clerk's spreadsheet makes numbers of codes.
        foreach (var (code, (name, area)) in rows.Townships) sheet.Row(double.Parse(code, global::System.Globalization.CultureInfo.InvariantCulture), name, area);
        File.WriteAllBytes(rows.Path, book.Write());
    });

    private static async Task PlayAsync(string source, Action<Snapshot> write)
    {
        var snapshots = Dates.Select(Read).ToList();
        var folder = new ExchangeFolder(TestFolder.Create($"divisions-{source}"));
        await using var platform = await EmbeddedPlatform.StartAsync(folder, 0, TimeProvider.System, CancellationToken.None);
        var adapter = await StartAdapterAsync(platform, folder, source);
        await using var _ = adapter;
        var (head, feed) = (0L, new List<(char Op, string Code)>());
        for (var i = 0; i < snapshots.Count; i++)
        {
            var name = $"{Dates[i]}.{(source == "csv" ? "csv" : "xlsx")}";
            var target = Path.Combine(folder.Adapters, "drop", name);
            write(snapshots[i] with { Path = target + ".part" });
            File.Move(target + ".part", target);
            await Eventually.TrueAsync(() => IsPublishedAsync(platform, name), Deadline);
            var fed = await FeedAsync(platform, head);
            Assert.Equal(i == 0 ? [] : Differences(snapshots[i - 1].Townships, snapshots[i].Townships), fed.Select(f => (f.Op, f.Code)).Order());
            feed.AddRange(fed.Select(f => (f.Op, f.Code)));
            head = fed.Count > 0 ? fed[^1].Offset : await ScalarAsync(platform, "SELECT head FROM catalog.feed");
        }

        Assert.Equal((1_790 + 1_156, 1_217 + 1_116, 153 + 469), (feed.Count(f => f.Op == 'I'), feed.Count(f => f.Op == 'D'), feed.Count(f => f.Op == 'U')));
        Assert.Equal([42_951, 43_524, 43_564], snapshots.Select(s => s.Townships.Count));
        Assert.Equal(Rows(snapshots[^1].Townships), Rows(await ReplayAsync(platform, snapshots[0].Townships, feed)));
        Assert.Equal(0, await ScalarAsync(platform, "SELECT count(*) FROM catalog.quarantine"));
    }

    private static IEnumerable<string> Rows(IReadOnlyDictionary<string, (string Name, string Area)> townships) =>
        townships.Select(t => $"{t.Key}|{t.Value.Name}|{t.Value.Area}").Order(StringComparer.Ordinal);

    private static IEnumerable<(char Op, string Code)> Differences(
        Dictionary<string, (string Name, string Area)> before, Dictionary<string, (string Name, string Area)> after) =>
        after.Keys.Except(before.Keys).Select(c => ('I', c))
            .Concat(before.Keys.Except(after.Keys).Select(c => ('D', c)))
            .Concat(after.Where(a => before.TryGetValue(a.Key, out var old) && old != a.Value).Select(a => ('U', a.Key)))
            .Order();

    /// <summary>Plays the feed as readers get it: an entry carries the row as it is now.</summary>
    private static async Task<Dictionary<string, (string Name, string Area)>> ReplayAsync(
        IPlatform platform, Dictionary<string, (string Name, string Area)> first, List<(char Op, string Code)> feed)
    {
        var now = new Dictionary<string, (string Name, string Area)>(StringComparer.Ordinal);
        await using var command = platform.Database.CreateCommand("SELECT code, name, area_code FROM store.division");
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync()) now[reader.GetString(0)] = (reader.GetString(1), reader.GetString(2));
        var replayed = new Dictionary<string, (string Name, string Area)>(first, StringComparer.Ordinal);
        foreach (var (op, code) in feed)
        {
            if (op == 'D') replayed.Remove(code);
            else if (now.TryGetValue(code, out var row)) replayed[code] = row;
        }

        return replayed;
    }

    private static async Task<IAsyncDisposable> StartAdapterAsync(IPlatform platform, ExchangeFolder folder, string source)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = platform.Gateway };
        var bureau = new GatewayClient(http, platform.Bureau, Language.En, new AccessJournal(), TimeProvider.System);
        await bureau.CommandAsync("/v1/participants", new JsonObject { ["code"] = "giver", ["titleZh"] = "民政局", ["titleEn"] = "Civil Affairs", ["uscc"] = null }, CancellationToken.None);
        Directory.CreateDirectory(Path.Combine(folder.Adapters, "drop"));
        await File.WriteAllTextAsync(Path.Combine(folder.Adapters, "division.json"), """
            {"type":"object","title":"乡级行政区划","required":["code","name"],"properties":{
              "code":{"type":"string","maxLength":12,"x-exchange":{"key":true}},"name":{"type":"string","maxLength":100},
              "area_code":{"type":["string","null"],"maxLength":12,"x-exchange":{"filter":true}}}}
            """);
        var file = Path.Combine(folder.Adapters, "divisions.yaml");
        await File.WriteAllTextAsync(file, $$"""
            adapter: divisions
            resource: { name: division, publisher: giver, titleZh: 乡级行政区划, titleEn: Townships, schema: division.json }
            source:
              {{source}}: { folder: drop, settle: 0s, interval: 100ms, columns: { area_code: areaCode } }
            """);
        return await platform.StartAdapterAsync(file, CancellationToken.None);
    }

    private static async Task<bool> IsPublishedAsync(IPlatform platform, string file)
    {
        await using var command = platform.Database.CreateCommand("SELECT count(*) FROM catalog.stream WHERE NOT in_snapshot AND position LIKE '%' || $1 || '%'");
        command.Parameters.AddWithValue(file);
        return await command.ExecuteScalarAsync() is 1L;
    }

    private static async Task<List<(long Offset, char Op, string Code)>> FeedAsync(IPlatform platform, long after)
    {
        await using var command = platform.Database.CreateCommand("""SELECT _offset, op::text, "key:code" FROM store.division__feed WHERE _offset > $1 ORDER BY _offset""");
        command.Parameters.AddWithValue(after);
        await using var reader = await command.ExecuteReaderAsync();
        var feed = new List<(long, char, string)>();
        while (await reader.ReadAsync()) feed.Add((reader.GetInt64(0), reader.GetString(1)[0], reader.GetString(2)));
        return feed;
    }

    private static async Task<long> ScalarAsync(IPlatform platform, string sql)
    {
        await using var command = platform.Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static Snapshot Read(string date)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(TestPaths.SharedDataOrSkip("divisions-revised", date + "_streets.csv.gz")), CompressionMode.Decompress));
        var snapshot = new Snapshot("", [], new(StringComparer.Ordinal));
        while (reader.ReadLine() is { } line)
        {
            snapshot.Lines.Add(line);
            if (Township.Match(line) is { Success: true } match) snapshot.Townships[match.Groups["code"].Value] = (match.Groups["name"].Value, match.Groups["area"].Value);
        }

        return snapshot;
    }

    [GeneratedRegex("^(?<code>[0-9]+),\"?(?<name>[^\"]*)\"?,(?<area>[0-9]+),", RegexOptions.NonBacktracking)]
    private static partial Regex Township { get; }

    private sealed record Snapshot(string Path, List<string> Lines, Dictionary<string, (string Name, string Area)> Townships);
}
