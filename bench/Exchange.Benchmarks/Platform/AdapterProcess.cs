using System.Diagnostics;
using System.Globalization;

namespace Exchange.Benchmarks.Platform;

/// <summary>An adapter as it runs at a department: <c>exchange-adapter run FILE</c> in a process of its own.</summary>
internal sealed class AdapterProcess(ChildProcess process) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<AdapterProcess> StartAsync(string file) => new(await ChildProcess.StartAsync(ChildProcess.OfProgram("exchange-adapter.dll", "run", file)));

    /// <summary>Waits until the adapter has said that so many rows are committed and nothing is left to do.</summary>
    /// <returns>Its largest resident size up to then, in bytes.</returns>
    public async Task<long> CaughtUpAsync(int rows, TimeSpan deadline, CancellationToken cancellation)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"CaughtUp, {rows} rows read, {rows} committed");
        for (var watch = Stopwatch.StartNew(); !process.Tail.Contains(said, StringComparison.Ordinal);)
        {
            if (process.HasExited || watch.Elapsed > deadline) throw new BenchException($"The adapter did not come to {rows} rows: {process.Tail}");
            await Task.Delay(Pause, cancellation);
        }

        return process.PeakBytes();
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
