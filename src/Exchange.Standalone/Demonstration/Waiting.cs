using System.Diagnostics;

namespace Exchange.Standalone.Demonstration;

/// <summary>Waits for what other processes do, never longer than a deadline.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks again until the answer satisfies; after the deadline answers with the last one. A costly question is asked less often.</summary>
    public static async Task<T> UntilAsync<T>(
        Func<CancellationToken, Task<T>> ask, Func<T, bool> satisfied, TimeSpan deadline, TimeProvider clock, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var asked = watch.Elapsed;
            var answer = await ask(cancellation);
            if (satisfied(answer) || watch.Elapsed > deadline) return answer;
            var cost = watch.Elapsed - asked;
            await Task.Delay(cost > Pause ? cost : Pause, clock, cancellation);
        }
    }
}
