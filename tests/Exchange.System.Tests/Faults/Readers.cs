using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Contracts.Errors;
using Exchange.Standalone.Demonstration;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>How long answers took, over all readers.</summary>
internal sealed record Latencies(int Count, TimeSpan P50, TimeSpan P99)
{
    public static Latencies Of(IEnumerable<TimeSpan> all)
    {
        var sorted = all.Order().ToArray();
        return new(sorted.Length, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }
}

/// <summary>Consumers that read pages of the resource one after the other, each over a connection of its own.</summary>
internal static class Readers
{
    // The machine is not to be the bottleneck: on two cores it would be what is measured.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    public static async Task<Latencies> MeasureAsync(FaultBench bench, int readers, TimeSpan span, CancellationToken cancellation)
    {
        var all = new ConcurrentBag<TimeSpan>();
        await Task.WhenAll(Enumerable.Range(0, readers).Select(_ => ReadAsync(bench, span, all, cancellation)));
        return Latencies.Of(all);
    }

    private static async Task ReadAsync(FaultBench bench, TimeSpan span, ConcurrentBag<TimeSpan> latencies, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = bench.Platform.Gateway };
        var reader = new GatewayClient(http, bench.Reader.Credentials, Language.En, new AccessJournal(), TimeProvider.System) { Purpose = "test" };
        await reader.TokenAsync(cancellation);
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < span;)
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = await reader.GetAsync($"/v1/data/{FaultBench.Resource}?limit=50", cancellation);
            Assert.Equal(200, answer.Status);
            latencies.Add(Stopwatch.GetElapsedTime(asked));
            await Task.Delay(Pause, cancellation);
        }
    }
}
