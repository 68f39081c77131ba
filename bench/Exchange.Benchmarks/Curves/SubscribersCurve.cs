using System.Globalization;
using Exchange.Benchmarks.Load;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Curves;

/// <summary>Publishing changes while more and more subscribers follow; each point in turn with a publication that nobody follows.</summary>
internal static class SubscribersCurve
{
    private const int Part = 50;
    private const int RowsOfMost = 10_000;
    private static readonly int[] Subscribers = [1, 10, 100, 1000];

    public static readonly Curve Curve = new(
        "subscribers", new("订阅者增多时的发布速度", "Publishing as subscribers are added"), new("同时跟随变更的订阅者", "subscribers following"), new("行/秒", "rows/s"), MeasureAsync);

    private static async Task<CurvePoints> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var followed = await bench.FollowedAsync(Math.Clamp(bench.Options.Rows / Part, 1000, RowsOfMost), cancellation);
        List<Point> ours = [], alone = [];
        var delivered = 0.0;
        // A small table is over before a thousand subscribers are there; short runs leave them out.
        foreach (var count in Subscribers.Where(s => s <= followed.Rows / 10))
        {
            List<FollowResult> had = [];
            var rounds = await Alternation.RoundsAsync(
                PublishedPoints.Rounds(bench.Options),
                async (_, stop) =>
                {
                    var (rate, result) = await followed.PublishChangesAsync(count, stop);
                    had.Add(result);
                    return rate;
                },
                [(_, stop) => followed.PublishChangesAsync(stop)],
                (round, values) => bench.Say($"{count:N0} subscribers, {round}: {values.Ours:N0} / {values.Peers[0]:N0} rows/s", $"{count:N0} 个订阅者，{round}：{values.Ours:N0} / {values.Peers[0]:N0} 行/秒"),
                cancellation);
            ours.Add(PublishedPoints.Of(count, rounds.Select(r => r.Ours)));
            alone.Add(PublishedPoints.Of(count, rounds.Select(r => r.Peers[0])));
            delivered = Measurement.Median(had.Select(h => h.Changes / h.Seconds));
        }

        return new CurvePoints(
            [new(new("有订阅者", "with subscribers"), ours), new(new("无订阅者", "with none"), alone)],
            string.Create(CultureInfo.InvariantCulture, $"{followed.Rows:N0} rows, {followed.Changes:N0} changed; at the last point {delivered:N0} changes/s delivered"));
    }
}
