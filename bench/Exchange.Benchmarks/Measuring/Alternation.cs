using System.Diagnostics;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Measuring;

/// <summary>One round of an alternation: ours, then each peer, right after each other.</summary>
internal sealed record Round<T>(T Ours, IReadOnlyList<T> Peers);

/// <summary>A peer and how its value is taken, given the number of the round.</summary>
internal sealed record Side(Promise Promise, Func<int, CancellationToken, Task<double>> MeasureAsync);

/// <summary>Measures all sides in turn (A B A B …), so that what slows the machine for a while slows all.</summary>
internal static class Alternation
{
    /// <summary>Of a row with a side that takes longer than <see cref="Long"/> at most so many rounds count.</summary>
    public const int RoundsWhereLong = 3;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    /// <param name="pairs">Pairs that count; one more goes before them and is forgotten, so that both sides are warm.</param>
    /// <param name="ours">Takes the number of the pair (0 is the forgotten one) and answers the value.</param>
    /// <param name="measured">Hears of each pair that counts.</param>
    public static async Task<IReadOnlyList<Pair>> RunAsync(
        int pairs, Func<int, CancellationToken, Task<double>> ours, Func<int, CancellationToken, Task<double>> peer, Action<int, Pair> measured, CancellationToken cancellation)
    {
        var rounds = await RoundsAsync(pairs, ours, [peer], (number, round) => measured(number, Paired(round, 0)), cancellation);
        return [.. rounds.Select(r => Paired(r, 0))];
    }

    /// <summary>Measures ours against several peers: ours once in each round.</summary>
    /// <returns>The pairs of each peer, in the order of <paramref name="peers"/>.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<Pair>>> RunAsync(
        Workbench bench, Func<int, CancellationToken, Task<double>> ours, IReadOnlyList<Side> peers, CancellationToken cancellation)
    {
        var rounds = await RoundsAsync(
            bench.Options.Pairs, ours, [.. peers.Select(p => p.MeasureAsync)],
            (number, round) =>
            {
                for (var i = 0; i < peers.Count; i++) bench.Report(peers[i].Promise)(number, Paired(round, i));
            },
            cancellation);
        return [.. peers.Select((_, i) => rounds.Select(r => Paired(r, i)).ToArray())];
    }

    /// <param name="rounds">Rounds that count; one more goes before them and is forgotten.</param>
    public static async Task<IReadOnlyList<Round<T>>> RoundsAsync<T>(
        int rounds, Func<int, CancellationToken, Task<T>> ours, IReadOnlyList<Func<int, CancellationToken, Task<T>>> peers, Action<int, Round<T>> measured,
        CancellationToken cancellation)
    {
        var counted = new List<Round<T>>(rounds);
        for (var number = 0; number <= rounds; number++)
        {
            var longest = TimeSpan.Zero;
            var values = new List<T>(peers.Count + 1);
            foreach (var side in peers.Prepend(ours))
            {
                cancellation.ThrowIfCancellationRequested();
                Settle();
                var watch = Stopwatch.StartNew();
                values.Add(await side(number, cancellation));
                if (watch.Elapsed > longest) longest = watch.Elapsed;
            }

            var round = new Round<T>(values[0], values[1..]);
            if (number == 0)
            {
                if (longest > Long) rounds = Math.Min(rounds, RoundsWhereLong);
                continue;
            }

            counted.Add(round);
            measured(number, round);
        }

        return counted;
    }

    private static Pair Paired(Round<double> round, int peer) =>
        round.Ours > 0 && round.Peers[peer] > 0
            ? new Pair(round.Ours, round.Peers[peer])
            : throw new BenchException("Nothing was answered within the time of a measurement; allow more with --seconds");

    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
