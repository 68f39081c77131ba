using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Load;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <summary>One record by its key.</summary>
internal static class LookupRatio
{
    private const int Keys = 4000;

    private static readonly Promise Promise = new(
        "look-up", "按键查询", "requests/s", 0.60, 0.75,
        "`GET /v1/data/{resource}/{key}` with token, grant, masks and a committed audit entry", "bare Kestrel and Npgsql, no token, grant, mask or audit");

    private static readonly Promise OverGraphQl = Promise with
    {
        Name = "look-up, PostGraphile", TitleZh = "按键查询（PostGraphile）", Goal = null, Next = null, Peer = "PostGraphile 4 on Node.js over the same table, no token, grant, mask or audit",
    };

    public static readonly Promise[] Promises = [Promise, OverGraphQl];

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(Workbench bench, IReadOnlyList<Promise> chosen, CancellationToken cancellation)
    {
        var published = await bench.PublishedAsync(cancellation);
        var step = Math.Max(1, published.Rows / Keys);
        var keys = Enumerable.Range(0, Math.Min(Keys, published.Rows)).Select(n => EnterpriseRows.Key(n * step)).ToArray();
        Call[] ours = [.. keys.Select(key => new Call("GET", $"/v1/data/{published.Name}/{key}", null))];
        await using var peers = new OpenPeers<HttpPeer>(bench);
        if (chosen.Contains(Promise)) await peers.OpenAsync(Promise, (b, stop) => HttpPeer.BareAsync(b, published, stop), cancellation);
        if (chosen.Contains(OverGraphQl)) await peers.OpenAsync(OverGraphQl, (b, stop) => PostGraphile.OpenAsync(b, published, stop), cancellation);
        var measurements = new List<Measurement>();
        foreach (var (promise, server) in peers.Opened)
        {
            Call[] theirs = [.. keys.Select(key => promise == Promise ? new Call("GET", $"/enterprises/{key}", null) : PostGraphile.Call(published, key))];
            measurements.Add(await Requesting.MeasureAsync(bench, promise, ours, (server, theirs), "the same eight fields on both sides, two of ours masked", cancellation));
        }

        return measurements;
    }
}
