using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>A consumer that asks for the whole resource again and again and never reads an answer: the gateway cannot get rid of what it has for it.</summary>
internal sealed class DeadReader : IDisposable
{
    private const int Living = 49;
    private const int Questions = 200;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;

    private DeadReader(Socket socket) => _socket = socket;

    /// <summary>Measures forty-nine readers with and without a dead one beside them, in turns.</summary>
    /// <returns>The median, over the pairs, of their 99th percentile with it to that without it.</returns>
    public static async Task<double> CompareAsync(FaultBench bench, TimeSpan span, int pairs, ITestOutputHelper output, CancellationToken cancellation)
    {
        var ratios = new List<double>();
        for (var pair = 1; pair <= pairs; pair++)
        {
            await Readers.MeasureAsync(bench, Living, Settling, cancellation);
            var without = await Readers.MeasureAsync(bench, Living, span, cancellation);
            Latencies with;
            using (await OpenAsync(bench, cancellation))
            {
                // What the gateway still does for it before it is stuck is not what is measured.
                await Readers.MeasureAsync(bench, Living, Settling, cancellation);
                with = await Readers.MeasureAsync(bench, Living, span, cancellation);
            }

            ratios.Add(with.P99 / without.P99);
            var line = $"one dead of fifty, pair {pair}: p99 {with.P99.TotalMilliseconds:F1} ms with it ({with.Count} answers), {without.P99.TotalMilliseconds:F1} ms without ({without.Count}), ratio {ratios[^1]:F2}";
            output.WriteLine(line);
            Console.WriteLine(line);
        }

        ratios.Sort();
        return ratios[ratios.Count / 2];
    }

    public void Dispose() => _socket.Dispose();

    private static async Task<DeadReader> OpenAsync(FaultBench bench, CancellationToken cancellation)
    {
        var token = await bench.Reader.TokenAsync(cancellation);
        var question = $"""
            GET /v1/data/{FaultBench.Resource} HTTP/1.1
            Host: {bench.Platform.Gateway.Authority}
            Authorization: Bearer {token}
            Accept: application/x-ndjson
            Exchange-Purpose: test


            """.ReplaceLineEndings("\r\n");
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, bench.Platform.Gateway.Port, cancellation);
        // Answers beyond what all buffers on the way hold; and the gateway stops taking questions from whoever takes no answers.
        socket.Blocking = false;
        for (var n = 0; n < Questions; n++)
        {
            if (socket.Send(Encoding.ASCII.GetBytes(question), SocketFlags.None, out var error) <= 0 && error == SocketError.WouldBlock) break;
        }

        return new DeadReader(socket);
    }
}
