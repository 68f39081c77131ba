using System.Diagnostics.Metrics;
using Exchange.Hosting.Telemetry;

namespace Exchange.Hosting.Bus;

/// <summary>Counters of the record transport, the same for every implementation.</summary>
internal static class BusMetrics
{
    public static readonly Counter<long> Published = ExchangeTelemetry.Meter.CreateCounter<long>("exchange.records.published", "{batch}", "Batches confirmed by the transport");

    public static readonly Counter<long> PublishedBytes = ExchangeTelemetry.Meter.CreateCounter<long>("exchange.records.published_bytes", "By", "Bodies of batches confirmed by the transport");

    public static readonly Counter<long> Unconfirmed = ExchangeTelemetry.Meter.CreateCounter<long>("exchange.records.unconfirmed", "{batch}", "Batches that could not be confirmed");

    public static readonly Counter<long> Finished = ExchangeTelemetry.Meter.CreateCounter<long>("exchange.records.finished", "{batch}", "Deliveries finished by their handler");

    public static readonly Counter<long> Repeated = ExchangeTelemetry.Meter.CreateCounter<long>("exchange.records.repeated", "{delivery}", "Deliveries that had to be handed over again");

    public static readonly Counter<long> SetAside = ExchangeTelemetry.Meter.CreateCounter<long>("exchange.records.set_aside", "{batch}", "Batches sent to the dead letters");
}
