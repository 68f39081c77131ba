using Exchange.Hosting.Bus;
using Exchange.Hosting.Embedded;
using Exchange.Testing.Servers;

namespace Exchange.Hosting.Tests.Bus;

[Trait("Cost", "Servers")]
public sealed class RabbitMqRecordTransportTests : RecordTransportContract, IAsyncLifetime
{
    private RabbitMqBroker? _broker;

    public async ValueTask InitializeAsync() => _broker = await RabbitMqServer.SharedAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override IRecordTransport Create() => RabbitMqTransports.Create(_broker!.Address);
}
