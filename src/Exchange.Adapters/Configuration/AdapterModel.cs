using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Adapters.Configuration;

/// <summary>A validated adapter file.</summary>
/// <param name="Name">Name of the adapter; of a publishing one also the name of its source.</param>
public abstract record AdapterModel(string Name);

/// <summary>An adapter that reads a department's source and publishes it as a resource.</summary>
public sealed record PublishingAdapter : AdapterModel
{
    internal PublishingAdapter(string name, BusModel? bus, RegisterResource resource, ISourceModel source, BatchLimits batches)
        : base(name) => (Bus, Resource, Source, Batches) = (bus, resource, source, batches);

    /// <summary>The message bus, or null where the file names none (the host then brings its own).</summary>
    public BusModel? Bus { get; }

    /// <summary>The registration that is sent at each start.</summary>
    public RegisterResource Resource { get; }

    internal ISourceModel Source { get; init; }

    internal BatchLimits Batches { get; init; }
}

/// <summary>An adapter that receives what a department was granted and lands it in the department's own database.</summary>
public sealed record ReceivingAdapter : AdapterModel
{
    internal ReceivingAdapter(string name, ExchangeSourceModel source, PostgresSinkModel sink)
        : base(name) => (Source, Sink) = (source, sink);

    internal ExchangeSourceModel Source { get; }

    internal PostgresSinkModel Sink { get; }
}

/// <summary>How to reach the message bus.</summary>
/// <param name="RabbitMq">AMQP address. Holds a secret: never logged.</param>
public sealed record BusModel(string RabbitMq, string Prefix, int Partitions);

/// <summary>How rows are cut into batches, and how many batches may be under way.</summary>
/// <param name="Bytes">A batch is closed once its rows reach this size.</param>
/// <param name="Rows">Most rows of a batch.</param>
/// <param name="InFlight">Batches that may be published and not yet committed.</param>
internal sealed record BatchLimits(int Bytes, int Rows, int InFlight)
{
    public static readonly BatchLimits Default = new(2 * 1024 * 1024, 20_000, 8);
}

/// <summary>A validated source of a publishing adapter; see <c>Connectors</c> for the list.</summary>
internal interface ISourceModel;
