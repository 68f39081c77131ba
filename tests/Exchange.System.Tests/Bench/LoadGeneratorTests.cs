using System.Net;
using System.Net.Sockets;
using System.Text;
using Exchange.Benchmarks.Load;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class LoadGeneratorTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]
    public async Task Run_WholeAnswersInPieces_CountsThem(string answer)
    {
        using var server = new AnsweringServer(answer, pieces: 3);

        var result = await LoadGenerator.RunAsync(Plan(server), TestContext.Current.CancellationToken);

        Assert.Equal(0, result.Failures);
        Assert.True(result.Requests > 10, $"{result.Requests} requests");
        Assert.InRange(result.P50, 0, result.P99);
    }

    [Fact]
    public async Task Run_AnswerOfAnotherStatus_IsAFailure()
    {
        using var server = new AnsweringServer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", pieces: 1);

        var result = await LoadGenerator.RunAsync(Plan(server), TestContext.Current.CancellationToken);

        Assert.Equal(0, result.Requests);
        Assert.True(result.Failures > 0);
        Assert.Equal("HTTP/1.1 503 Service Unavailable", result.FirstFailure);
    }

    private static LoadPlan Plan(AnsweringServer server) => new("127.0.0.1", server.Port, Connections: 2, WarmUpSeconds: 0, Seconds: 1.5, [Request]);

    /// <summary>Gives the same answer to each request, in pieces that the reader must put together.</summary>
    private sealed class AnsweringServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[][] _pieces;

        public AnsweringServer(string answer, int pieces)
        {
            _pieces = [.. Encoding.ASCII.GetBytes(answer).Chunk((answer.Length + pieces - 1) / pieces)];
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            while (true)
            {
                Socket client;
                try
                {
                    client = await _listener.AcceptSocketAsync();
                }
                catch (SocketException)
                {
                    // Disposed of: the test is over.
                    return;
                }

                client.NoDelay = true;
                _ = AnswerAsync(client);
            }
        }

        private async Task AnswerAsync(Socket client)
        {
            using var _ = client;
            var buffer = new byte[1024];
            while (await client.ReceiveAsync(buffer) > 0)
            {
                foreach (var piece in _pieces) await client.SendAsync(piece);
            }
        }
    }
}
