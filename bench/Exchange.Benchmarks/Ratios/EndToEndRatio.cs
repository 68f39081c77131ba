using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <summary>A department's table reaches another department's table, through the exchange; ours is measured once a round, then each peer.</summary>
internal static class EndToEndRatio
{
    private static readonly (Promise Promise, Func<Workbench, CancellationToken, Task<IPeer>> OpenAsync)[] Peers =
    [
        (Row("end to end", "端到端", 0.40, 0.55, "two binary `COPY` relays at the same time, A to the platform and the platform to B, key index on both targets"), CopyRelays.OpenAsync),
        (Row("end to end, logical replication", "端到端（逻辑复制）", 1.0, null, "native logical replication's initial sync A to B, binary, key index present, one hop, no checks"), LogicalReplication.OpenAsync),
        (Row("end to end, pgloader", "端到端（pgloader）", 1.5, null, "pgloader A to B, key index built after the load, one hop, no checks"), Pgloader.OpenAsync),
        (Row("end to end, pglogical", "端到端（pglogical）", null, null, "pglogical 2.4's initial sync between two servers of PostgreSQL 15, key index present, one hop, no checks"), Pglogical.OpenAsync),
        (Row("end to end, postgres_fdw", "端到端（postgres_fdw）", null, null, "`INSERT … SELECT` at B through postgres_fdw, 10,000 rows a fetch, key index present, one hop, no checks"), ForeignTable.OpenAsync),
    ];

    public static readonly Promise[] Promises = [.. Peers.Select(p => p.Promise)];

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(Workbench bench, IReadOnlyList<Promise> chosen, CancellationToken cancellation)
    {
        await using var peers = new OpenPeers<IPeer>(bench);
        foreach (var (promise, open) in Peers.Where(p => chosen.Contains(p.Promise))) await peers.OpenAsync(promise, open, cancellation);
        if (peers.Opened.Count == 0) return [];
        var ours = new Delivery(bench);
        var pairs = await Alternation.RunAsync(bench, ours.RunAsync, [.. peers.Opened.Select(p => new Side(p.Promise, p.Peer.RunAsync))], cancellation);
        return [.. peers.Opened.Select((p, i) => new Measurement(p.Promise, pairs[i], ours.Note))];
    }

    private static Promise Row(string name, string titleZh, double? goal, double? next, string peer) => new(
        name, titleZh, "rows/s", goal, next, "department A's table until department B's sink has committed its granted part with its cursor", peer);

    private sealed class Delivery(Workbench bench)
    {
        private readonly List<double> _publishing = [];
        private readonly List<double> _receiving = [];

        public string Note =>
            $"{bench.Options.Rows:N0} rows, eight of twelve fields, two masked; the sink starts when the first snapshot is committed, so the two halves follow each other; " +
            $"halves {Measurement.Median(_publishing):N0} and {Measurement.Median(_receiving):N0} rows/s; both adapters in the bench's process; a round measures ours once and then each peer";

        public async Task<double> RunAsync(int round, CancellationToken cancellation)
        {
            var source = await bench.SourceAsync(cancellation);
            var target = await bench.TargetAsync(cancellation);
            var exchange = await bench.ExchangeAsync(cancellation);
            var rows = bench.Options.Rows;
            var resource = $"delivered_{round.ToString(CultureInfo.InvariantCulture)}";
            await exchange.GrantAsync(resource, cancellation);
            await Task.WhenAll(exchange.Platform.SettleAsync(cancellation), target.SettleAsync(cancellation));
            var first = await exchange.Adapters.PublishAsync(source, resource, rows, cancellation);
            var second = await exchange.Adapters.ReceiveAsync(exchange.Consumer, target, resource, rows, cancellation);
            await Stored.RequireAsync(target, resource, rows, cancellation);
            await Stored.RequireAsync(exchange.Platform, $"store.{resource}", rows, cancellation);
            _publishing.Add(rows / first.TotalSeconds);
            _receiving.Add(rows / second.TotalSeconds);
            return rows / (first + second).TotalSeconds;
        }
    }
}
