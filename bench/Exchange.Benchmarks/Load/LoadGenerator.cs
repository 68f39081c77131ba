using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Exchange.Benchmarks.Load;

/// <summary>
/// Sends requests over keep-alive connections, one at a time on each, for a fixed time. Runs as a process of its own (<c>load PLAN</c>),
/// so that both sides of a ratio bear the same load generator.
/// </summary>
internal static class LoadGenerator
{
    public static async Task<int> MainAsync(string planFile, CancellationToken cancellation)
    {
        var plan = JsonSerializer.Deserialize<LoadPlan>(await File.ReadAllTextAsync(planFile, cancellation))!;
        Console.WriteLine(JsonSerializer.Serialize(await RunAsync(plan, cancellation)));
        return 0;
    }

    public static async Task<LoadResult> RunAsync(LoadPlan plan, CancellationToken cancellation)
    {
        var requests = plan.Requests.Select(Encoding.UTF8.GetBytes).ToArray();
        var from = Stopwatch.GetTimestamp() + (long)(plan.WarmUpSeconds * Stopwatch.Frequency);
        var until = from + (long)(plan.Seconds * Stopwatch.Frequency);
        var connections = Enumerable.Range(0, plan.Connections).Select(n => new Connection(requests, n * requests.Length / plan.Connections, from, until)).ToArray();
        await Task.WhenAll(connections.Select(c => Task.Run(() => c.RunAsync(new IPEndPoint(IPAddress.Parse(plan.Host), plan.Port), cancellation), cancellation)));

        var latencies = connections.SelectMany(c => c.Latencies).Order().ToArray();
        return new LoadResult(
            latencies.Length, connections.Sum(c => c.Failures), plan.Seconds, Percentile(latencies, 0.50), Percentile(latencies, 0.99),
            connections.Select(c => c.FirstFailure).FirstOrDefault(f => f is not null));
    }

    private static double Percentile(long[] sorted, double part) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))] * 1000.0 / Stopwatch.Frequency;

    private sealed class Connection(byte[][] requests, int first, long from, long until)
    {
        public List<long> Latencies { get; } = new(100_000);

        public long Failures { get; private set; }

        public string? FirstFailure { get; private set; }

        public async Task RunAsync(EndPoint server, CancellationToken cancellation)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(server, cancellation);
                await ExchangeAsync(socket, cancellation);
            }
            catch (Exception fault) when (fault is IOException or SocketException or InvalidDataException)
            {
                // Counted: the run that asked for the load refuses a result with failures.
                Fail(fault.Message);
            }
        }

        private async Task ExchangeAsync(Socket socket, CancellationToken cancellation)
        {
            var answers = new AnswerReader(socket);
            for (var next = first; ; next = (next + 1) % requests.Length)
            {
                var sent = Stopwatch.GetTimestamp();
                if (sent >= until) return;
                await socket.SendAsync(requests[next], cancellation);
                var status = await answers.ReadAsync(cancellation);
                var answered = Stopwatch.GetTimestamp();
                if (sent < from || answered >= until) continue;
                if (status == 200) Latencies.Add(answered - sent);
                else Fail(answers.Refusal);
            }
        }

        private void Fail(string reason)
        {
            Failures++;
            FirstFailure ??= reason;
        }
    }
}
