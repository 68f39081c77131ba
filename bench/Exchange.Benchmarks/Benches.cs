using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;

namespace Exchange.Benchmarks;

/// <summary>Rows of the performance table that are measured together.</summary>
/// <param name="MeasureAsync">Measures those of its rows that were chosen.</param>
internal sealed record Bench(IReadOnlyList<Promise> Promises, Func<Workbench, IReadOnlyList<Promise>, CancellationToken, Task<IReadOnlyList<Measurement>>> MeasureAsync)
{
    /// <summary>One row.</summary>
    public static Bench Of(Promise promise, Func<Workbench, CancellationToken, Task<Measurement>> measure) =>
        new([promise], async (bench, _, stop) => [await measure(bench, stop)]);
}

/// <summary>The rows of the performance table, in its order.</summary>
internal static class Benches
{
    public static readonly Bench[] All =
    [
        Bench.Of(ValidationRatio.Promise, ValidationRatio.MeasureAsync),
        Bench.Of(PublishRatio.Promise, PublishRatio.MeasureAsync),
        new(EndToEndRatio.Promises, EndToEndRatio.MeasureAsync),
        new(ChangeRatios.Promises, ChangeRatios.MeasureAsync),
        new(LookupRatio.Promises, LookupRatio.MeasureAsync),
        Bench.Of(VerificationRatio.Promise, VerificationRatio.MeasureAsync),
        Bench.Of(NdjsonPullRatio.Promise, NdjsonPullRatio.MeasureAsync),
        Bench.Of(RowsPullRatio.Promise, RowsPullRatio.MeasureAsync),
        new(MemoryRatio.Promises, MemoryRatio.MeasureAsync),
        Bench.Of(FanOutRatio.Promise, FanOutRatio.MeasureAsync),
    ];

    public static IEnumerable<Promise> Promises => All.SelectMany(b => b.Promises);

    /// <summary>The rows of some names, separated by semicolons: for each the one that has it, else those whose names begin with it.</summary>
    public static IReadOnlyList<Promise> Named(string names) =>
        [.. BenchOptions.NamesIn(names).SelectMany(NamedOne).Distinct()];

    private static IReadOnlyList<Promise> NamedOne(string name)
    {
        var exact = Promises.Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        return exact.Length > 0 ? exact : [.. Promises.Where(p => p.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))];
    }
}
