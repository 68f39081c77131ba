using System.Threading.Channels;
using Exchange.Contracts.Records;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>Consumes one partition: a shell that unwraps a message, calls the handler and turns its answer into an acknowledgement.</summary>
internal sealed class RecordConsumer(Broker broker, ConsumerOpening opening, int partition, Redelivery redelivery, BrokerRoom room, TimeProvider time, ILogger logger)
{
    /// <summary>How long a session is idle before it asks whether it was forgotten: two of these are less than the time in which the exchange is whole again.</summary>
    public static readonly TimeSpan FirstIdleCheck = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestIdleCheck = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PauseAfterLoss = TimeSpan.FromMilliseconds(200);

    private TimeSpan _idleCheck = FirstIdleCheck;

    public async Task RunAsync(Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation)
    {
        while (true)
        {
            var tag = $"exchange-p{partition}-{Guid.CreateVersion7(time.GetUtcNow()):N}";
            using var session = await broker.OpenAsync(
                $"exchange-records-p{partition}",
                (connection, token) => opening.OpenAsync(connection, tag, token),
                cancellation);
            try
            {
                await ConsumeAsync(session, handle, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                logger.LogWarning("The consumer of partition {Partition} lost its session: {Error}", partition, e.Message);
            }
            finally
            {
                await session.LoseAsync(new OperationCanceledException());
                await broker.CloseAsync(session.Connection);
            }
            await Task.Delay(PauseAfterLoss, time, cancellation);
        }
    }

    private async Task ConsumeAsync(ConsumerSession session, Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.Lost);
        while (true)
        {
            while (session.Deliveries.TryRead(out var delivery)) await HandleAsync(session, delivery, handle, until.Token);
            if (!await WaitAsync(session, cancellation)) throw new ChannelClosedException();
        }
    }

    private async Task HandleAsync(ConsumerSession session, Delivery delivery, Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken until)
    {
        _idleCheck = FirstIdleCheck;
        try
        {
            if (RecordMessage.TryRead(delivery.Properties, out var reason) is not { } header)
            {
                logger.LogError("Message {MessageId} on partition {Partition} is not a batch ({Reason}) and goes to the dead letters", delivery.Properties.MessageId, partition, reason);
                await session.RejectAsync(delivery);
            }
            else if (await redelivery.HandleAsync(new(new RecordBatch(header, delivery.Body), delivery.Redelivered), handle, until))
            {
                await session.AcknowledgeAsync(delivery);
            }
            else
            {
                logger.LogCritical("Batch {MessageId} goes to the dead letters: its handler fails on it", delivery.Properties.MessageId);
                await session.RejectAsync(delivery);
            }
        }
        finally
        {
            delivery.Release();
        }
    }

    /// <summary>
    /// Waits for a delivery; false where the session is over. Brokers and clients have been seen to forget a consumer: where messages wait in the queue at two
    /// checks and none comes, the session is given up. A new one that gets none either is given twice the time before its first check: a queue that is coming back, or another
    /// process that is active on the partition, is not to be pestered. A broker that was full and has room again is asked as at the beginning.
    /// </summary>
    private async Task<bool> WaitAsync(ConsumerSession session, CancellationToken cancellation)
    {
        var next = session.Deliveries.WaitToReadAsync(cancellation).AsTask();
        for (var found = 0; !next.IsCompleted;)
        {
            var regained = room.Regained;
            using var over = new CancellationTokenSource();
            var ended = await Task.WhenAny(next, regained, Task.Delay(found == 0 ? _idleCheck : FirstIdleCheck, time, over.Token));
            await over.CancelAsync();
            if (ended == next) break;
            if (ended == regained)
            {
                (_idleCheck, found) = (FirstIdleCheck, 0);
                continue;
            }

            var (waiting, consumers) = await session.AskAsync(cancellation);
            if (consumers == 0) throw new IOException("The queue knows no consumer");
            found = waiting == 0 ? 0 : found + 1;
            if (found < 2) continue;
            _idleCheck = _idleCheck * 2 < LongestIdleCheck ? _idleCheck * 2 : LongestIdleCheck;
            throw new IOException("Messages wait in the queue, but none is delivered");
        }

        return await next;
    }
}
