using System.Globalization;
using System.Text;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Load;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <param name="Body">JSON, or null for none.</param>
internal sealed record Call(string Method, string Path, string? Body)
{
    /// <summary>The whole HTTP/1.1 request.</summary>
    public string Request(Uri server, string headers) =>
        $"{Method} {Path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: application/json\r\n{headers}" +
        (Body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(Body)}\r\n\r\n{Body}");
}

/// <summary>Small requests under load: the gateway and the bare endpoint, each in its own process, with the same load generator in a third.</summary>
internal static class Requesting
{
    private const int Connections = 64;
    private const double MostFailures = 0.01;

    /// <param name="peer">Answers the peer's requests; left to the caller to dispose of.</param>
    public static async Task<Measurement> MeasureAsync(
        Workbench bench, Promise promise, Call[] ours, (HttpPeer Server, Call[] Calls) peer, string note, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        var (address, requests) = (peer.Server.Address, peer.Calls.Select(c => c.Request(peer.Server.Address, "")).ToArray());
        List<LoadResult> our = [], theirs = [];
        var pairs = await Alternation.RunAsync(
            bench.Options.Pairs,
            async (number, stop) =>
            {
                var headers = $"Authorization: Bearer {await exchange.Consumer.TokenAsync(stop)}\r\nExchange-Purpose: {PublishedResource.Purpose}\r\n";
                return await RateAsync(bench, exchange.Consumer.Address, [.. ours.Select(c => c.Request(exchange.Consumer.Address, headers))], our, number, stop);
            },
            (number, stop) => RateAsync(bench, address, requests, theirs, number, stop),
            bench.Report(promise), cancellation);
        var tails = string.Create(CultureInfo.InvariantCulture,
            $"p50/p99 {Measurement.Median(our.Select(r => r.P50)):F1}/{Measurement.Median(our.Select(r => r.P99)):F1} ms against {Measurement.Median(theirs.Select(r => r.P50)):F1}/{Measurement.Median(theirs.Select(r => r.P99)):F1} ms");
        var failures = our.Sum(r => r.Failures);
        var refused = failures == 0 ? "" : $" {failures:N0} of {our.Sum(r => r.Requests + r.Failures):N0} requests of ours were refused and are not in the rate;";
        return new Measurement(promise, pairs,
            $"{Connections} connections; {note}; {tails};{refused} {peer.Server.Description}; both servers and the load generator are processes of their own on the same cores");
    }

    private static async Task<double> RateAsync(Workbench bench, Uri server, string[] requests, List<LoadResult> results, int pair, CancellationToken cancellation)
    {
        var plan = new LoadPlan(server.Host, server.Port, Connections, WarmUpSeconds: bench.Options.Seconds / 4, bench.Options.Seconds, requests);
        // A server that is still being compiled may refuse; that pair does not count.
        var result = await LoadProcess.RunAsync(plan, bench.Folder, pair == 0 ? 1 : MostFailures, cancellation);
        if (pair > 0) results.Add(result);
        return result.Rate;
    }
}
