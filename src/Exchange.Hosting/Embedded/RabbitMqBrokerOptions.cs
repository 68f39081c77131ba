namespace Exchange.Hosting.Embedded;

/// <summary>How an embedded RabbitMQ broker is set up.</summary>
public sealed class RabbitMqBrokerOptions
{
    /// <summary>Folder of this broker: its data, log and password. Made if absent; a second start with the same folder goes on with the same queues.</summary>
    public required string Folder { get; init; }

    /// <summary>AMQP port on 127.0.0.1; a free one if absent.</summary>
    public int? Port { get; init; }

    /// <summary>Lines of <c>rabbitmq.conf</c> after those of the embedded broker.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Longest time for the broker to take connections after its start, recovery included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(120);
}
