using Exchange.Hosting.Bus;

namespace Exchange.Hosting.Tests.Bus;

public sealed class InProcessControlBusTests : ControlBusContract
{
    internal override Task<BusHost> StartAsync(RequestHandlers handlers) => BusHost.StartAsync(handlers);
}
