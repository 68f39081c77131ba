using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.InProcess;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Hosting.Tests.Bus;

public sealed class InProcessRecordTransportTests : RecordTransportContract
{
    private protected override IRecordTransport Create() => new InProcessRecordTransport(2, TimeProvider.System, NullLogger<InProcessRecordTransport>.Instance, RabbitMqTransports.ShortPause);
}
