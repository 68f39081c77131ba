using Exchange.Contracts.Errors;
using MassTransit;

namespace Exchange.Hosting.Bus.Control;

/// <summary>
/// Sends answers through the broker's default exchange, which is always there. The library's own way is an exchange of the caller's, which goes with its connection: to publish to one
/// that has gone costs the channel by which all callers' requests arrive.
/// </summary>
internal static class Answering
{
    /// <summary>The library's name for the default exchange; with a routing key of ours it is not bound to RabbitMQ's reply-to queue.</summary>
    private static readonly Uri DefaultExchange = new("exchange:amq.rabbitmq.reply-to");

    /// <summary>Sends until the queue of whoever asked takes it: a caller that is just connecting anew has none for a moment.</summary>
    /// <exception cref="OperationCanceledException">It has not come until the cancellation; nobody gets the answer.</exception>
    public static async Task AnswerAsync<TRequest, TAnswer>(this ConsumeContext<TRequest> context, TAnswer answer, TimeProvider time, CancellationToken cancellation)
        where TRequest : class
        where TAnswer : class
    {
        if (context.ResponseAddress is not { } address || !context.TryGetPayload<RabbitMqBasicConsumeContext>(out _))
        {
            await context.RespondAsync(answer);
            return;
        }

        var endpoint = await context.GetSendEndpoint(DefaultExchange);
        await Mandatory.UntilTakenAsync(
            async () =>
            {
                await endpoint.Send(answer, sending => Address(sending, context.RequestId, address), cancellation);
                return Done.Value;
            },
            () => { }, time, cancellation);
    }

    /// <summary>The last part of <c>rabbitmq://host/vhost/queue?temporary=true</c>; the callers' exchanges are named as their queues.</summary>
    internal static string QueueName(Uri address) => Uri.UnescapeDataString(address.Segments[^1]);

    private static void Address<TAnswer>(SendContext<TAnswer> sending, Guid? request, Uri address)
        where TAnswer : class
    {
        sending.RequestId = request;
        sending.SetRoutingKey(QueueName(address));
        Mandatory.Set(sending);
    }
}
