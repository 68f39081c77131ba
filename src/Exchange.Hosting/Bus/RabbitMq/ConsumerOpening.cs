using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>
/// Opens the sessions that consume one partition. A broker whose disk was full may have lost the process behind a queue, and starts it again only with itself: whoever consumes is told of
/// an internal error, whoever publishes is refused. Such a queue is made anew. What it held was not committed, and comes again from the adapters.
/// </summary>
internal sealed class ConsumerOpening(RecordTopology topology, int partition, BrokerRoom room, TimeProvider time, ILogger logger)
{
    private readonly QueueFailures _failures = new(time);
    private bool _isMadeAnew;

    public async Task<ConsumerSession> OpenAsync(IConnection connection, string tag, CancellationToken cancellation)
    {
        try
        {
            if (room.Shortage is null && _failures.SayDead) await MakeAnewAsync(connection, cancellation);
            var session = await ConsumerSession.OpenAsync(connection, topology, partition, tag, cancellation);
            _failures.Forget();
            _isMadeAnew = false;
            return session;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.InternalError)
        {
            _failures.Add();
            throw;
        }
    }

    private async Task MakeAnewAsync(IConnection connection, CancellationToken cancellation)
    {
        _failures.Forget();
        if (_isMadeAnew)
        {
            logger.LogCritical("The broker can neither serve nor make the queue of partition {Partition}: it has to be restarted", partition);
            return;
        }

        logger.LogError("The queue of partition {Partition} is dead in the broker; it is made anew, and what it held is sent again", partition);
        await topology.DeleteAsync(connection, partition, cancellation);
        _isMadeAnew = true;
    }
}
