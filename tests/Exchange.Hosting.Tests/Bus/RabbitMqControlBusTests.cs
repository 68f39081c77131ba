using Exchange.Hosting.Bus;
using Exchange.Testing.Servers;

namespace Exchange.Hosting.Tests.Bus;

[Trait("Cost", "Servers")]
public sealed class RabbitMqControlBusTests : ControlBusContract
{
    internal override async Task<BusHost> StartAsync(RequestHandlers handlers)
    {
        var options = RabbitMqTransports.Options((await RabbitMqServer.SharedAsync()).Address);
        return await BusHost.StartAsync(handlers, options);
    }
}
