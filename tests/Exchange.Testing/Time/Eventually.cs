using System.Diagnostics;

using Xunit;

namespace Exchange.Testing;

/// <summary>Waits on a condition with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_defaultDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(15);

    /// <summary>Returns once the condition holds; fails at the deadline (20 s if not given), naming what was waited for.</summary>
    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? deadline = null, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string waitedFor = "")
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > (deadline ?? s_defaultDeadline))
                Assert.Fail($"Not within {deadline ?? s_defaultDeadline}: {waitedFor}");
            await Task.Delay(s_pause);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, TimeSpan?, string)"/>
    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? deadline = null, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string waitedFor = "") =>
        TrueAsync(() => Task.FromResult(condition()), deadline, waitedFor);

    /// <summary>Asks until the answer equals the expected one; fails at the deadline (20 s if not given) with the last answer.</summary>
    public static async Task EqualAsync<T>(T expected, Func<Task<T>> ask, TimeSpan? deadline = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var actual = await ask();
            if (EqualityComparer<T>.Default.Equals(expected, actual))
                return;
            if (clock.Elapsed > (deadline ?? s_defaultDeadline))
                Assert.Equal(expected, actual);
            await Task.Delay(s_pause);
        }
    }
}
