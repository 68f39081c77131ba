using System.Net;
using System.Text.Json;
using Exchange.Gateway.Tests.Kit;
using Exchange.Testing;

namespace Exchange.Gateway.Tests.Changes;

/// <summary>
/// Random histories, written into store and feed as the catalogue writes them, read through random pages by a reader that applies them, against the
/// granted part of the store computed by itself.
/// </summary>
[Trait("Cost", "Servers")]
public sealed class SlicePropertyTests
{
    private const string Schema = """
        {"type":"object","required":["k","region","name"],"properties":{
         "k":{"type":"string","maxLength":20,"x-exchange":{"key":true}},
         "region":{"type":"string","maxLength":20,"x-exchange":{"filter":true}},
         "name":{"type":"string","maxLength":20},
         "hidden":{"type":["integer","null"]}}}
        """;

    private const int Histories = 25;

    [Fact]
    public async Task Changes_OfRandomHistories_BuildExactlyTheGrantedSlice()
    {
        await using var node = await Node.StartAsync();
        var publisher = await node.Catalogue.ParticipantAsync("market");
        var consumer = await node.Catalogue.ParticipantAsync("service");
        var number = 0;
        await Seeds.RunAsync(async (random, _) =>
        {
            for (var i = 0; i < Histories; i++)
            {
                var name = $"slice_{++number}";
                var resource = await node.Catalogue.ResourceAsync(name, Schema, publisher);
                await node.Catalogue.GrantAsync(consumer, resource, [("k", null), ("region", null), ("name", null)], "region=like.33*");
                using var client = await node.ClientAsync("service");
                await RunAsync(client, new History(node, name, resource, random), random);
            }
        });
    }

    private static async Task RunAsync(HttpClient client, History history, Random random)
    {
        await history.LoadAsync(random.Next(0, 12));
        string? cursor = null;
        var replica = new Dictionary<string, string>(StringComparer.Ordinal);
        if (random.Next(2) == 0) cursor = await SnapshotAsync(client, history.Name, replica);
        var everGranted = new HashSet<string>(history.Granted().Keys, StringComparer.Ordinal);
        var rounds = random.Next(1, 5);
        for (var round = 0; round < rounds; round++)
        {
            for (var step = random.Next(0, 10); step > 0; step--)
            {
                await history.StepAsync();
                everGranted.UnionWith(history.Granted().Keys);
            }

            if (random.Next(3) > 0 || round == rounds - 1) cursor = await FollowAsync(client, history.Name, cursor, replica, random.Next(1, 6), everGranted, round == rounds - 1);
        }

        Assert.Equal(history.Granted().OrderBy(r => r.Key, StringComparer.Ordinal), replica.OrderBy(r => r.Key, StringComparer.Ordinal));
    }

    private static async Task<string> SnapshotAsync(HttpClient client, string name, Dictionary<string, string> replica)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/data/{name}");
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var response = await client.SendAsync(request);
        foreach (var line in (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var row = JsonDocument.Parse(line);
            replica[row.RootElement.GetProperty("k").GetString()!] = row.RootElement.GetProperty("name").GetString()!;
        }

        return response.Headers.GetValues("Exchange-Cursor").Single();
    }

    private static async Task<string?> FollowAsync(
        HttpClient client, string name, string? cursor, Dictionary<string, string> replica, int limit, HashSet<string> everGranted, bool toTheEnd)
    {
        for (var page = 0; ; page++)
        {
            using var response = await client.GetAsync($"/v1/changes/{name}?limit={limit}{(cursor is null ? "" : $"&after={cursor}")}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var answer = await response.JsonAsync();
            var items = answer.GetProperty("items").EnumerateArray().ToArray();
            Assert.True(items.Length <= limit);
            foreach (var item in items) Apply(item, replica, everGranted);
            var next = answer.GetProperty("next").GetString();
            Assert.Equal(response.Headers.GetValues("Exchange-Cursor").Single(), next);
            cursor = next;
            if (items.Length == 0 || (!toTheEnd && page == 1)) return cursor;
        }
    }

    private static void Apply(JsonElement item, Dictionary<string, string> replica, HashSet<string> everGranted)
    {
        Assert.DoesNotContain("hidden", item.GetRawText(), StringComparison.Ordinal);
        if (item.GetProperty("op").GetString() == "delete")
        {
            var key = item.GetProperty("key").GetProperty("k").GetString()!;
            Assert.Contains(key, everGranted);
            replica.Remove(key);
            return;
        }

        var row = item.GetProperty("row");
        Assert.StartsWith("33", row.GetProperty("region").GetString(), StringComparison.Ordinal);
        replica[row.GetProperty("k").GetString()!] = row.GetProperty("name").GetString()!;
    }

    /// <summary>Writes a resource's history with the catalogue's rules for offsets, bits and kept values.</summary>
    private sealed class History(Node node, string name, Guid resource, Random random)
    {
        private static readonly string[] Regions = ["3301", "3302", "3201"];
        private readonly Dictionary<string, (string Region, string Name, long? Hidden)> _rows = new(StringComparer.Ordinal);
        private long _head;
        private int _keys;

        public string Name => name;

        public Dictionary<string, string> Granted() =>
            _rows.Where(r => r.Value.Region.StartsWith("33", StringComparison.Ordinal)).ToDictionary(r => r.Key, r => r.Value.Name, StringComparer.Ordinal);

        public async Task LoadAsync(int rows)
        {
            for (var i = 0; i < rows; i++)
            {
                var (key, row) = ($"k{++_keys}", NewRow());
                _rows[key] = row;
                await node.Catalogue.ExecuteAsync($"INSERT INTO store.{name} VALUES ($1, $2, $3, $4, $5)", key, row.Region, row.Name, (object?)row.Hidden ?? DBNull.Value, ++_head);
            }

            await node.Catalogue.ExecuteAsync("UPDATE catalog.feed SET head = $2, load_end = $2 WHERE resource_id = $1", resource, _head);
        }

        public async Task StepAsync()
        {
            var choice = random.Next(5);
            if (_rows.Count == 0 || choice == 0) await InsertAsync();
            else if (choice == 1) await DeleteAsync();
            else await UpdateAsync();
            await node.Catalogue.ExecuteAsync("UPDATE catalog.feed SET head = $2 WHERE resource_id = $1", resource, _head);
        }

        private async Task InsertAsync()
        {
            // Sometimes a key that was there before.
            var key = random.Next(2) == 0 ? $"k{random.Next(1, _keys + 2)}" : $"k{_keys + 1}";
            if (_rows.ContainsKey(key)) return;
            _keys = Math.Max(_keys, int.Parse(key[1..], System.Globalization.CultureInfo.InvariantCulture));
            var row = NewRow();
            _rows[key] = row;
            await node.Catalogue.ExecuteAsync($"INSERT INTO store.{name} VALUES ($1, $2, $3, $4, $5)", key, row.Region, row.Name, (object?)row.Hidden ?? DBNull.Value, ++_head);
            await FeedAsync('I', long.MaxValue, key, null, row.Region);
        }

        private async Task DeleteAsync()
        {
            var key = AnyKey();
            await node.Catalogue.ExecuteAsync($"DELETE FROM store.{name} WHERE k = $1", key);
            _head++;
            await FeedAsync('D', long.MaxValue, key, _rows[key].Region, null);
            _rows.Remove(key);
        }

        private async Task UpdateAsync()
        {
            var key = AnyKey();
            var before = _rows[key];
            var after = random.Next(3) switch
            {
                0 => before with { Region = Regions[random.Next(3)] },
                1 => before with { Hidden = random.Next(1000) },
                _ => before with { Name = $"n{random.Next(1000)}" },
            };
            var changed = (before.Region != after.Region ? 2L : 0) | (before.Name != after.Name ? 4L : 0) | (before.Hidden != after.Hidden ? 8L : 0);
            if (changed == 0) return;
            _rows[key] = after;
            await node.Catalogue.ExecuteAsync(
                $"UPDATE store.{name} SET region = $2, name = $3, hidden = $4, _offset = $5 WHERE k = $1", key, after.Region, after.Name, (object?)after.Hidden ?? DBNull.Value, ++_head);
            await FeedAsync('U', changed, key, before.Region, after.Region);
        }

        private Task FeedAsync(char op, long changed, string key, string? before, string? after) => node.Catalogue.ExecuteAsync(
            $"INSERT INTO store.{name}__feed VALUES ($1, $2::text::\"char\", $3, $4, $5, $6)", _head, op.ToString(), changed, key, (object?)before ?? DBNull.Value, (object?)after ?? DBNull.Value);

        private string AnyKey() => _rows.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(_rows.Count));

        private (string Region, string Name, long? Hidden) NewRow() => (Regions[random.Next(3)], $"n{random.Next(1000)}", random.Next(3) == 0 ? null : random.Next(1000));
    }
}
