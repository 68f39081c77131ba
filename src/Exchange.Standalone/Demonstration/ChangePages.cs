using System.Text.Json.Nodes;

namespace Exchange.Standalone.Demonstration;

/// <summary>Everything the change feed of one resource gave after a cursor.</summary>
/// <param name="Operations">Key and operation, in feed order.</param>
/// <param name="Raw">The pages as they came, to look for what must not be there.</param>
internal sealed record ChangePages(IReadOnlyList<(string Key, string Operation)> Operations, string Raw, string Cursor)
{
    /// <summary>Reads pages until one is empty.</summary>
    public static async Task<ChangePages> ReadAsync(GatewayClient consumer, string resource, string key, string cursor, CancellationToken cancellation)
    {
        var operations = new List<(string, string)>();
        var raw = new System.Text.StringBuilder();
        while (true)
        {
            var answer = await consumer.ReadAsync($"/v1/changes/{resource}?after={Uri.EscapeDataString(cursor)}&limit=1000", cancellation);
            raw.Append(answer.ToJsonString());
            var items = answer["items"]!.AsArray();
            operations.AddRange(items.Select(item => (KeyOf(item!, key), item!["op"]!.GetValue<string>())));
            var next = answer["next"]!.GetValue<string>();
            if (items.Count == 0 && next == cursor) return new ChangePages(operations, raw.ToString(), cursor);
            var end = items.Count == 0;
            cursor = next;
            if (end) return new ChangePages(operations, raw.ToString(), cursor);
        }
    }

    public string Summary() => Summarize(Operations.Select(o => o.Operation));

    public static string Summarize(IEnumerable<string> operations) =>
        string.Join(", ", operations.GroupBy(o => o, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} {g.Count():N0}"));

    private static string KeyOf(JsonNode item, string key) =>
        (item["key"] ?? item["row"])?[key]?.ToString() ?? throw new DemonstrationException($"A change without {key}: {item.ToJsonString()}");
}
