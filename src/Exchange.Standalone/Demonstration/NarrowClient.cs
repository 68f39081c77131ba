using System.Net.Sockets;

namespace Exchange.Standalone.Demonstration;

/// <summary>An HTTP client whose socket takes little at once, as a slow line does: what it has not read stays at the gateway.</summary>
internal static class NarrowClient
{
    private const int ReceiveBuffer = 64 * 1024;

    public static HttpClient Create(Uri gateway)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = ReceiveBuffer };
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { BaseAddress = gateway, Timeout = Timeout.InfiniteTimeSpan };
    }
}
