using System.Globalization;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <summary>Publishing goes on while many follow.</summary>
internal static class FanOutRatio
{
    private const int Subscribers = 100;
    private const int Part = 20;

    public static readonly Promise Promise = new(
        "fan-out", "一对多", "rows/s", 0.5, null,
        "a snapshot with changes is published while 100 subscribers with grants of their own follow the change feed and take every change", "the same with no subscriber");

    public static async Task<Measurement> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var followed = await bench.FollowedAsync(Math.Max(1000, bench.Options.Rows / Part), cancellation);
        List<double> delivered = [], behind = [];
        var pairs = await Alternation.RunAsync(
            bench.Options.Pairs,
            async (number, stop) =>
            {
                var (rate, had) = await followed.PublishChangesAsync(Subscribers, stop);
                delivered.Add(had.Changes / had.Seconds);
                behind.Add(had.Seconds);
                return rate;
            },
            (_, stop) => followed.PublishChangesAsync(stop),
            bench.Report(Promise), cancellation);
        return new Measurement(Promise, pairs, string.Create(CultureInfo.InvariantCulture,
            $"a table of {followed.Rows:N0} rows of which {followed.Changes:N0} changed; every subscriber got each change, {Measurement.Median(delivered):N0} changes/s over all, the last {Measurement.Median(behind):F1} s after the first; ") +
            "subscribers in one process of their own, on the same cores as the exchange");
    }
}
