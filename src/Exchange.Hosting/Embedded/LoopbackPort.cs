using System.Net;
using System.Net.Sockets;

namespace Exchange.Hosting.Embedded;

public static class LoopbackPort
{
    // Below the range from which the kernel takes source ports, so that a server that restarts finds its port free.
    private const int Lowest = 15_000;
    private const int Highest = 32_000;
    private const int Attempts = 200;

    /// <summary>A TCP port of 127.0.0.1 on which nothing listens at this moment.</summary>
    /// <exception cref="IOException">No free port was found.</exception>
    public static int Find()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            if (IsFree(port))
                return port;
        }

        throw new IOException($"No free port between {Lowest} and {Highest}.");
    }

    /// <summary>Whether a server could listen on the port now.</summary>
    public static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }
}
