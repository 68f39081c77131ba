using System.Net.Sockets;
using Exchange.Hosting.Bus.Control;
using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace Exchange.Hosting.Tests.Bus;

public sealed class BusFaultsTests
{
    public static TheoryData<Exception, bool> Kinds => new()
    {
        { new MassTransitException("x"), true },
        { new BrokerUnreachableException(new IOException("x")), true },
        { new ObjectDisposedException("System.Threading.SemaphoreSlim"), true },
        { new IOException("x"), true },
        { new SocketException(104), true },
        { new TimeoutException("x"), true },
        { new InvalidOperationException("x"), false },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IsTransport_AnyException_TellsTheBrokersFromOurOwn(Exception exception, bool expected) => Assert.Equal(expected, BusFaults.IsTransport(exception));
}
