using Exchange.Hosting.Bus;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Pipelines;

/// <summary>What a publishing adapter runs on.</summary>
public sealed record PublishingEnvironment(
    IControlBus Control, IRecordTransport Records, IAdapterProgress Progress, TimeProvider Time, ILogger Logger);

/// <summary>What a receiving adapter runs on.</summary>
public sealed record ReceivingEnvironment(IAdapterProgress Progress, TimeProvider Time, ILogger Logger);
