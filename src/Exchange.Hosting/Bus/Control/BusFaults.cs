using MassTransit;

namespace Exchange.Hosting.Bus.Control;

/// <summary>What a call into the message library fails with where the broker or the connection to it is the reason.</summary>
internal static class BusFaults
{
    /// <summary>
    /// A channel that goes while something is published on it has been seen to fail with what it is made of: a semaphore that is disposed of already, a stream, a socket.
    /// </summary>
    public static bool IsTransport(Exception exception) => exception is
        MassTransitException or RabbitMQ.Client.Exceptions.RabbitMQClientException or ObjectDisposedException or IOException or System.Net.Sockets.SocketException or TimeoutException;
}
