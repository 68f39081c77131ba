using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.RabbitMq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace Exchange.Hosting.Tests.Bus;

internal static class RabbitMqTransports
{
    /// <summary>Between redeliveries, so that ten of them take a second.</summary>
    public static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(100);

    private static int s_count;

    /// <summary>Options with a prefix that no other test has.</summary>
    public static BusOptions Options(string address) => new()
    {
        RabbitMq = address,
        Partitions = 2,
        Prefix = $"t{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}",
    };

    public static RabbitMqRecordTransport Create(string address) => Create(Options(address));

    public static RabbitMqRecordTransport Create(BusOptions options, int? maxLength = null, ILogger<RabbitMqRecordTransport>? logger = null) =>
        new(options, new RecordTopology(options, maxLength), Room(options), TimeProvider.System, logger ?? NullLogger<RabbitMqRecordTransport>.Instance, ShortPause);

    /// <summary>One that is not started: it never knows of a shortage.</summary>
    private static BrokerRoom Room(BusOptions options) =>
        new(Microsoft.Extensions.Options.Options.Create(options), TimeProvider.System, NullLogger<BrokerRoom>.Instance);

    /// <summary>Does something on a channel of its own, past the transport.</summary>
    public static async Task<T> OnChannelAsync<T>(string address, Func<IChannel, Task<T>> act)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(address), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await act(channel);
    }

    public static Task<uint> DeadLettersAsync(BusOptions options) =>
        OnChannelAsync(options.RabbitMq!, async channel => (await channel.QueueDeclarePassiveAsync(new RecordTopology(options).DeadQueue)).MessageCount);
}
