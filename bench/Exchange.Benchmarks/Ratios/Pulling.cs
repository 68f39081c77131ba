using System.Diagnostics;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;
using Npgsql;

namespace Exchange.Benchmarks.Ratios;

/// <summary>Reads of a whole resource in one stream, in whatever format.</summary>
internal static class Pulling
{
    /// <param name="readPeer">Reads the table to its end and answers the bytes read.</param>
    public static async Task<Measurement> MeasureAsync(
        Workbench bench, Promise promise, string mediaType, Func<NpgsqlConnection, string, CancellationToken, Task<long>> readPeer, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        var published = await bench.PublishedAsync(cancellation);
        long ourBytes = 0, peerBytes = 0;
        exchange.Gateway.ForgetPeak();
        var pairs = await Alternation.RunAsync(
            bench.Options.Pairs,
            async (_, stop) =>
            {
                var watch = Stopwatch.StartNew();
                ourBytes = await PullAsync(exchange, published, mediaType, stop);
                return published.Rows / watch.Elapsed.TotalSeconds;
            },
            async (_, stop) =>
            {
                await using var connection = await exchange.Platform.Database.OpenConnectionAsync(stop);
                var watch = Stopwatch.StartNew();
                peerBytes = await readPeer(connection, published.Table, stop);
                return published.Rows / watch.Elapsed.TotalSeconds;
            },
            bench.Report(promise), cancellation);
        return new Measurement(promise, pairs,
            $"{published.Rows:N0} rows of eight fields, two of ours masked; {ourBytes / published.Rows} bytes a row against {peerBytes / published.Rows}; " +
            $"gateway's largest resident size {exchange.Gateway.PeakBytes() >> 20} MiB; reader in the bench's process on both sides");
    }

    private static async Task<long> PullAsync(ExchangePlatform exchange, PublishedResource published, string mediaType, CancellationToken cancellation)
    {
        using var answer = await exchange.Consumer.PullAsync(published.Name, PublishedResource.Purpose, mediaType, cancellation);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        var bytes = await CopyPipe.DrainAsync(body, cancellation);
        if (answer.TrailingHeaders.TryGetValues("Exchange-Problem", out var problems)) throw new BenchException($"The stream was cut: {string.Join(", ", problems)}");
        return bytes;
    }
}
