using System.Threading.Channels;
using Exchange.Contracts.Records;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>Consumes one partition: a shell that unwraps a message, calls the handler and turns its answer into an acknowledgement.</summary>
internal sealed class RecordConsumer(Broker broker, RecordTopology topology, int partition, Redelivery redelivery, BrokerRoom room, TimeProvider time, ILogger logger)
{
    /// <summary>How long a session is idle before it asks whether it was forgotten: two of these are less than the time in which the exchange is whole again.</summary>
    public static readonly TimeSpan FirstIdleCheck = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LongestIdleCheck = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PauseAfterLoss = TimeSpan.FromMilliseconds(200);

    private TimeSpan _idleCheck = FirstIdleCheck;
    private QueueFailures? _failures;
    private bool _isMadeAnew;

    private QueueFailures Failures => _failures ??= new QueueFailures(time);

    public async Task RunAsync(Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation)
    {
        while (true)
        {
            var tag = $"exchange-p{partition}-{Guid.CreateVersion7(time.GetUtcNow()):N}";
            using var session = await broker.OpenAsync(
                $"exchange-records-p{partition}",
                (connection, token) => OpenAsync(connection, tag, token),
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

    /// <summary>
    /// A broker whose disk was full may have lost the process behind a queue, and starts it again only with itself: whoever consumes is told of an internal error, whoever publishes
    /// is refused. Such a queue is made anew. What it held was not committed, and comes again from the adapters.
    /// </summary>
    private async Task<ConsumerSession> OpenAsync(IConnection connection, string tag, CancellationToken cancellation)
    {
        try
        {
            if (room.Shortage is null && Failures.SayDead) await MakeAnewAsync(connection, cancellation);
            var session = await ConsumerSession.OpenAsync(connection, topology, partition, tag, cancellation);
            Failures.Forget();
            _isMadeAnew = false;
            return session;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.InternalError)
        {
            Failures.Add();
            throw;
        }
    }

    private async Task MakeAnewAsync(IConnection connection, CancellationToken cancellation)
    {
        Failures.Forget();
        if (_isMadeAnew)
        {
            logger.LogCritical("The broker can neither serve nor make the queue of partition {Partition}: it has to be restarted", partition);
            return;
        }

        logger.LogError("The queue of partition {Partition} is dead in the broker; it is made anew, and what it held is sent again", partition);
        await topology.DeleteAsync(connection, partition, cancellation);
        _isMadeAnew = true;
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
