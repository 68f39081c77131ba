using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;

namespace Exchange.Benchmarks.Curves;

/// <summary>Points of publishing, each in turn with a binary <c>COPY</c> relay of the same table to a table with a key index.</summary>
internal static class PublishedPoints
{
    /// <summary>Repetitions of a point that count; one more goes before them.</summary>
    private const int MostRounds = 3;

    public static readonly Words Ours = new("本系统：发布", "exchange: publish");
    public static readonly Words Peer = new("对照：COPY 管道", "peer: COPY pipe");

    public static int Rounds(BenchOptions options) => Math.Min(options.Pairs, MostRounds);

    /// <param name="table">A table of department A.</param>
    /// <param name="times">Resources that are published at the same time from the table, and relays that run at the same time.</param>
    /// <param name="definition">Columns of the relay's target.</param>
    /// <returns>Rows per second over all: ours, the peer's.</returns>
    public static async Task<(Point Ours, Point Peer)> MeasureAsync(
        Workbench bench, double x, Publication table, int times, string definition, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        var target = await bench.TargetAsync(cancellation);
        var rounds = await Alternation.RoundsAsync(
            Rounds(bench.Options),
            async (round, stop) =>
            {
                Publication[] publications = [.. Enumerable.Range(0, times).Select(n => table with { Resource = Name(table.Resource, round, n) })];
                await exchange.Platform.SettleAsync(stop);
                var watch = Stopwatch.StartNew();
                await Task.WhenAll(publications.Select(p => exchange.Adapters.PublishAsync(p, stop)));
                var elapsed = watch.Elapsed;
                foreach (var p in publications) await Stored.RequireAsync(exchange.Platform, $"store.{p.Resource}", p.Rows, stop);
                return (double)table.Rows * times / elapsed.TotalSeconds;
            },
            [
                async (round, stop) =>
                {
                    string[] tables = [.. Enumerable.Range(0, times).Select(n => Name(table.Resource, round, n))];
                    foreach (var name in tables) await EnterpriseTable.ExecuteAsync(target.Database, $"CREATE TABLE {name} ({definition})", stop);
                    await target.SettleAsync(stop);
                    var watch = Stopwatch.StartNew();
                    await Task.WhenAll(tables.Select(name => CopyPipe.RunAsync(
                        table.Source.Database, $"COPY {table.Table} TO STDOUT (FORMAT binary)", target.Database, $"COPY {name} FROM STDIN (FORMAT binary)", stop)));
                    var elapsed = watch.Elapsed;
                    foreach (var name in tables) await Stored.RequireAsync(target, name, table.Rows, stop);
                    return (double)table.Rows * times / elapsed.TotalSeconds;
                },
            ],
            (round, values) => bench.Say($"{table.Resource} {x:N0}, {round}: {values.Ours:N0} / {values.Peers[0]:N0} rows/s", $"{table.Resource} {x:N0}，{round}：{values.Ours:N0} / {values.Peers[0]:N0} 行/秒"),
            cancellation);
        return (Of(x, rounds.Select(r => r.Ours)), Of(x, rounds.Select(r => r.Peers[0])));
    }

    public static Point Of(double x, IEnumerable<double> values)
    {
        var all = values.ToArray();
        return new Point(x, Measurement.Median(all), all.Min(), all.Max());
    }

    private static string Name(string resource, int round, int n) => string.Create(CultureInfo.InvariantCulture, $"{resource}_{round}_{n}");
}
