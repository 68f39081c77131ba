using RabbitMQ.Client;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>
/// Names and arguments of the queues that carry records. Arguments of a queue cannot be changed later, so the names carry a version.
/// What an operator may want to change (lengths, sizes) is left to policies.
/// </summary>
/// <param name="maxLength">Batches a partition queue holds before it refuses more; null where only policies limit it.</param>
internal sealed class RecordTopology(BusOptions options, int? maxLength = null)
{
    /// <summary>Deliveries that may end without an answer (the consumer died) before a batch goes to the dead letters.</summary>
    public const int DeliveryLimit = 10;

    private const int DeadLettersKept = 10_000;

    public ushort Prefetch => (ushort)options.Prefetch;

    public string Exchange => $"{options.Prefix}.records";

    public string DeadExchange => $"{options.Prefix}.records.dead";

    public string DeadQueue => $"{options.Prefix}.records.dead.v1";

    public string Queue(int partition) => $"{options.Prefix}.records.p{partition}.v1";

    public static string RoutingKey(int partition) => $"p{partition}";

    /// <summary>Deletes a partition's queue with what it holds.</summary>
    public async Task DeleteAsync(IConnection connection, int partition, CancellationToken cancellation)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        await channel.QueueDeleteAsync(Queue(partition), ifUnused: false, ifEmpty: false, cancellation);
    }

    /// <summary>Declares everything; harmless where it is there already.</summary>
    public async Task DeclareAsync(IChannel channel, CancellationToken cancellation)
    {
        await channel.ExchangeDeclareAsync(DeadExchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellation);
        await channel.QueueDeclareAsync(DeadQueue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "quorum",
            ["x-max-length"] = DeadLettersKept,
        }, cancellationToken: cancellation);
        await channel.QueueBindAsync(DeadQueue, DeadExchange, "", cancellationToken: cancellation);
        await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Direct, durable: true, autoDelete: false, cancellationToken: cancellation);
        for (var partition = 0; partition < options.Partitions; partition++)
        {
            var arguments = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-queue-type"] = "quorum",
                ["x-single-active-consumer"] = true,
                ["x-delivery-limit"] = DeliveryLimit,
                ["x-dead-letter-exchange"] = DeadExchange,
                // A full queue refuses, and the publisher learns of it; nothing is dropped.
                ["x-overflow"] = "reject-publish",
            };
            if (maxLength is { } limit) arguments["x-max-length"] = limit;
            await channel.QueueDeclareAsync(Queue(partition), durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellation);
            await channel.QueueBindAsync(Queue(partition), Exchange, RoutingKey(partition), cancellationToken: cancellation);
        }
    }
}
