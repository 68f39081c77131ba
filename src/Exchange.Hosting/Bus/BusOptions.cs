using System.ComponentModel.DataAnnotations;

namespace Exchange.Hosting.Bus;

/// <summary>Section <c>Bus</c>.</summary>
public sealed class BusOptions
{
    public const string Section = "Bus";
    public const int DefaultPartitions = 4;
    public const int DefaultPrefetch = 4;

    /// <summary>AMQP address of RabbitMQ, such as <c>amqp://user:password@host:5672/</c> or <c>amqps://…</c>; absent or empty for the in-process bus (single process only).</summary>
    [RegularExpression(@"^amqps?://\S+$")]
    public string? RabbitMq
    {
        get;
        set => field = string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>Number of partition queues of records. The same for all hosts of one exchange; changing it needs drained queues.</summary>
    [Range(1, 64)]
    public int Partitions { get; set; } = DefaultPartitions;

    /// <summary>Batches that RabbitMQ hands to a consumer ahead of their acknowledgement.</summary>
    [Range(1, 1000)]
    public int Prefetch { get; set; } = DefaultPrefetch;

    /// <summary>Prefix of all queue and exchange names, so that several exchanges can share a broker.</summary>
    [RegularExpression("^[a-z][a-z0-9-]{0,30}$")]
    public string Prefix { get; set; } = "exchange";
}
