using System.Buffers;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>A message taken from the queue; its body is a copy in a rented buffer, for the client's own is only valid in its callback.</summary>
internal sealed record Delivery(ulong Tag, bool Redelivered, IReadOnlyBasicProperties Properties, byte[] Buffer, int Length)
{
    public ReadOnlyMemory<byte> Body => Buffer.AsMemory(0, Length);

    public static Delivery Copy(BasicDeliverEventArgs message)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(message.Body.Length);
        message.Body.CopyTo(buffer);
        return new(message.DeliveryTag, message.Redelivered, new BasicProperties(message.BasicProperties), buffer, message.Body.Length);
    }

    public void Release() => ArrayPool<byte>.Shared.Return(Buffer);
}

/// <summary>One connection that consumes one partition. A session that fails once is of no use any more.</summary>
internal sealed class ConsumerSession : IDisposable
{
    private readonly IChannel _channel;
    private readonly string _queue;
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _lost = new();

    private ConsumerSession(IConnection connection, IChannel channel, string queue)
    {
        (Connection, _channel, _queue) = (connection, channel, queue);
        channel.ChannelShutdownAsync += (_, reason) => LoseAsync(reason.Exception ?? new IOException($"RabbitMQ closed the channel: {reason.ReplyCode} {reason.ReplyText}"));
        connection.ConnectionShutdownAsync += (_, reason) => LoseAsync(reason.Exception ?? new IOException($"RabbitMQ closed the connection: {reason.ReplyCode} {reason.ReplyText}"));
    }

    public IConnection Connection { get; }

    public ChannelReader<Delivery> Deliveries => _deliveries.Reader;

    /// <summary>Cancelled when the broker may hand what this session holds to another.</summary>
    public CancellationToken Lost => _lost.Token;

    public static async Task<ConsumerSession> OpenAsync(
        IConnection connection, RecordTopology topology, int partition, string tag, CancellationToken cancellation)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellation);
        await topology.DeclareAsync(channel, cancellation);
        await channel.BasicQosAsync(0, topology.Prefetch, global: false, cancellation);
        var session = new ConsumerSession(connection, channel, topology.Queue(partition));
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            session._deliveries.Writer.TryWrite(Delivery.Copy(message));
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) => session.LoseAsync(new IOException("RabbitMQ cancelled the consumer"));
        // A tag that was used before can stop deliveries in older brokers.
        await channel.BasicConsumeAsync(session._queue, autoAck: false, tag, noLocal: false, exclusive: false, arguments: null, consumer, cancellation);
        return session;
    }

    // Without tokens: a call that was cancelled half-way would leave the channel in a state nobody knows. One that does not come back ends the session.
    public Task AcknowledgeAsync(Delivery delivery) => _channel.BasicAckAsync(delivery.Tag, multiple: false, CancellationToken.None).AsTask().WaitAsync(Broker.CallTimeout);

    /// <summary>To the dead letters.</summary>
    public Task RejectAsync(Delivery delivery) => _channel.BasicRejectAsync(delivery.Tag, requeue: false, CancellationToken.None).AsTask().WaitAsync(Broker.CallTimeout);

    /// <summary>Messages that wait in the queue and are with no consumer, and consumers that the queue knows: none where the broker lost the process behind it.</summary>
    public async Task<(uint Waiting, uint Consumers)> AskAsync(CancellationToken cancellation)
    {
        var queue = await _channel.QueueDeclarePassiveAsync(_queue, cancellation);
        return (queue.MessageCount, queue.ConsumerCount);
    }

    public async Task LoseAsync(Exception cause)
    {
        if (_deliveries.Writer.TryComplete(cause)) await _lost.CancelAsync();
    }

    /// <summary>Only after <see cref="LoseAsync"/>.</summary>
    public void Dispose() => _lost.Dispose();
}
