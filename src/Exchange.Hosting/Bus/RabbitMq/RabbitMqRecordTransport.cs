using Exchange.Contracts.Records;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>Record transport over RabbitMQ: a quorum queue with a single active consumer per partition.</summary>
internal sealed class RabbitMqRecordTransport : IRecordTransport
{
    private readonly BusOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Broker _broker;
    private readonly RecordTopology _topology;
    private readonly Redelivery _redelivery;
    private readonly RecordPublisher _publisher;
    private readonly BrokerRoom _room;
    private readonly CancellationTokenSource _closed = new();

    public RabbitMqRecordTransport(BusOptions options, BrokerRoom room, TimeProvider time, ILogger<RabbitMqRecordTransport> logger)
        : this(options, new RecordTopology(options), room, time, logger)
    {
    }

    internal RabbitMqRecordTransport(BusOptions options, RecordTopology topology, BrokerRoom room, TimeProvider time, ILogger<RabbitMqRecordTransport> logger, TimeSpan? longestPause = null)
    {
        (_options, _room, _time, _logger) = (options, room, time, logger);
        _broker = new(new Uri(options.RabbitMq!), time, logger);
        _topology = topology;
        _redelivery = new(time, logger, longestPause);
        _publisher = new(_broker, _topology, time, logger);
    }

    public Task PublishAsync(RecordBatch batch, CancellationToken cancellation) => _publisher.PublishAsync(batch, cancellation);

    public async Task ConsumeAsync(int partition, Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, _options.Partitions);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closed.Token);
        var opening = new ConsumerOpening(_topology, partition, _room, _time, _logger);
        await new RecordConsumer(_broker, opening, partition, _redelivery, _room, _time, _logger).RunAsync(handle, until.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _publisher.DisposeAsync();
    }
}
