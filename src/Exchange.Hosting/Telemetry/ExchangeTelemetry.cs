using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Exchange.Hosting.Telemetry;

/// <summary>The names under which this product traces and measures. Tags never hold record values or secrets.</summary>
public static class ExchangeTelemetry
{
    public const string Name = "Exchange";

    public static readonly ActivitySource Activities = new(Name);

    public static readonly Meter Meter = new(Name);
}
