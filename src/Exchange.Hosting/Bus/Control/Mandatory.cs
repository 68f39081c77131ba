using MassTransit;

namespace Exchange.Hosting.Bus.Control;

/// <summary>What no queue takes is returned by the broker at once instead of being dropped and waited for.</summary>
internal static class Mandatory
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static void Set<T>(SendContext<T> context)
        where T : class
    {
        if (context.TryGetPayload(out RabbitMqSendContext? rabbit)) rabbit.Mandatory = true;
    }

    /// <summary>Sends again and again what is returned: the queue may be about to come.</summary>
    /// <exception cref="OperationCanceledException">It has not come until the cancellation.</exception>
    public static async Task<T> UntilTakenAsync<T>(Func<Task<T>> send, Action returned, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await send();
            }
            catch (Exception e) when (WasReturned(e))
            {
                returned();
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    public static bool WasReturned(Exception? exception) => exception switch
    {
        null => false,
        MessageReturnedException => true,
        RabbitMQ.Client.Exceptions.PublishException { IsReturn: true } => true,
        _ => WasReturned(exception.InnerException),
    };
}

internal static class TemporaryQueue
{
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(1);

    public static void Configure(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.PublishFaults = false;
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
        // Events of one publisher are handled in the order they were published.
        endpoint.ConcurrentMessageLimit = 1;
        if (endpoint is not IRabbitMqReceiveEndpointConfigurator rabbit) return;
        rabbit.Durable = false;
        rabbit.AutoDelete = true;
        rabbit.QueueExpiration = Expiry;
    }
}
