using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <summary>Changes captured from the source's log: how fast a backlog is caught up, and how soon one change is seen.</summary>
internal static class ChangeRatios
{
    private const string Peer = "native logical replication A to B, binary, no checks, no feed";

    private static readonly Promise CatchUp = new(
        "catch-up", "追赶积压变更", "changes/s", 1.0, null,
        "changes that wait in department A's log, in transactions of 100 rows, from the start of the adapter until all are in the store", Peer);

    private static readonly Promise OfPglogical = CatchUp with
    {
        Name = "catch-up, pglogical", TitleZh = "追赶积压变更（pglogical）", Goal = null, Peer = "pglogical 2.4 between two servers of PostgreSQL 15, no checks, no feed",
    };

    private static readonly Promise OfBucardo = CatchUp with
    {
        Name = "catch-up, Bucardo", TitleZh = "追赶积压变更（Bucardo）", Goal = null, Peer = "Bucardo 5.6 between two servers of PostgreSQL 15, started as a program, no checks, no feed",
    };

    private static readonly Promise Median = new(
        "change latency p50", "变更时延 p50", "ms", 8, null,
        "from the commit at A until a reader with an open long poll on the change feed has it, through grant and audit, median", Peer + ", until a trigger at B tells of it") { LowerIsBetter = true };

    private static readonly Promise Tail = Median with { Name = "change latency p99", TitleZh = "变更时延 p99", Ours = Median.Ours.Replace("median", "99th percentile", StringComparison.Ordinal) };

    public static readonly Promise[] Promises = [CatchUp, OfPglogical, OfBucardo, Median, Tail];

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(Workbench bench, IReadOnlyList<Promise> chosen, CancellationToken cancellation)
    {
        var rounds = bench.Options.Pairs + 1;
        await using var table = await CapturedTable.OpenAsync(bench, rounds, cancellation);
        var measured = new List<Measurement>();
        await using (var peers = new OpenPeers<IPeer>(bench))
        {
            if (chosen.Contains(CatchUp)) await peers.OpenAsync(CatchUp, (_, _) => Task.FromResult<IPeer>(new ReplicationCatchUp(table)), cancellation);
            if (chosen.Contains(OfPglogical)) await peers.OpenAsync(OfPglogical, PglogicalCatchUp.OpenAsync, cancellation);
            if (chosen.Contains(OfBucardo)) await peers.OpenAsync(OfBucardo, BucardoCatchUp.OpenAsync, cancellation);
            measured.AddRange(await CatchUpAsync(bench, table, peers, cancellation));
        }

        if (chosen.Contains(Median) || chosen.Contains(Tail)) measured.AddRange(await LatencyAsync(bench, table, cancellation));
        return [.. measured.Where(m => chosen.Contains(m.Promise))];
    }

    private static async Task<IReadOnlyList<Measurement>> CatchUpAsync(Workbench bench, CapturedTable table, OpenPeers<IPeer> peers, CancellationToken cancellation)
    {
        if (peers.Opened.Count == 0) return [];
        var changes = table.Changes;
        var pairs = await Alternation.RunAsync(
            bench,
            async (round, stop) =>
            {
                await changes.ApplyAsync(round, stop);
                await table.SettleAsync(stop);
                var watch = Stopwatch.StartNew();
                await using var adapter = await table.StartAdapterAsync(stop);
                await table.StoredAsync(changes.LastKey(round), stop);
                var elapsed = watch.Elapsed;
                await table.RequireAsync(stop);
                return changes.PerRound / elapsed.TotalSeconds;
            },
            [.. peers.Opened.Select(p => new Side(p.Promise, p.Peer.RunAsync))], cancellation);
        var note =
            $"{changes.Updates:N0} updates, {changes.Inserts:N0} inserts, {changes.Deletes:N0} deletes on a table of {bench.Options.Rows:N0} rows, in transactions of 100; every side begins from standstill, with its " +
            "connections still to be made; adapter in the bench's process, RabbitMQ and catalogue in theirs; a round measures ours once and then each peer";
        return [.. peers.Opened.Select((p, i) => new Measurement(p.Promise, pairs[i], note))];
    }

    private static async Task<IReadOnlyList<Measurement>> LatencyAsync(Workbench bench, CapturedTable table, CancellationToken cancellation)
    {
        await using var probe = await LatencyProbe.OpenAsync(bench, table, cancellation);
        var rounds = await Alternation.RoundsAsync(
            bench.Options.Pairs, (_, stop) => probe.OursAsync(stop), [(_, stop) => probe.PeerAsync(stop)],
            (number, round) => bench.Say(
                string.Create(CultureInfo.InvariantCulture, $"change latency {number}/{bench.Options.Pairs}: p50/p99 {round.Ours.P50:F1}/{round.Ours.P99:F1} ms against {round.Peers[0].P50:F1}/{round.Peers[0].P99:F1} ms"),
                string.Create(CultureInfo.InvariantCulture, $"变更时延 {number}/{bench.Options.Pairs}：p50/p99 {round.Ours.P50:F1}/{round.Ours.P99:F1} 毫秒，对照 {round.Peers[0].P50:F1}/{round.Peers[0].P99:F1} 毫秒")),
            cancellation);
        var note = $"{probe.Samples} updates of one row each in a run, each sent 5 to 25 ms after the one before was seen; while one side is measured the other stands still; adapter and reader in the bench's process";
        return
        [
            new Measurement(Median, [.. rounds.Select(r => new Pair(r.Ours.P50, r.Peers[0].P50))], note),
            new Measurement(Tail, [.. rounds.Select(r => new Pair(r.Ours.P99, r.Peers[0].P99))], note),
        ];
    }
}
