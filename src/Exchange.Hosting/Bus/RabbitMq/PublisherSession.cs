using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>
/// One connection with one confirming channel. Confirmations are matched here and not by the client, whose bookkeeping of this version is wrong after a
/// cancelled call and can leave calls waiting for ever after a shutdown. A session that fails once is of no use any more; one that the broker blocks, because it is short of
/// disk or memory, refuses batches until the broker takes them again.
/// </summary>
internal sealed class PublisherSession
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly RecordTopology _topology;
    private readonly Action _onLost;
    private readonly Action _onRegained;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<ulong, Publication> _outstanding = new();
    private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _shortage;
    private ulong _sent;
    private ulong _confirmedUpTo;

    private PublisherSession(IConnection connection, IChannel channel, RecordTopology topology, Action onLost, Action onRegained, ILogger logger)
    {
        (_connection, _channel, _topology, _onLost, _onRegained, _logger) = (connection, channel, topology, onLost, onRegained, logger);
        channel.BasicAcksAsync += (_, ack) => Settle(ack.DeliveryTag, ack.Multiple, refused: false);
        channel.BasicNacksAsync += (_, nack) => Settle(nack.DeliveryTag, nack.Multiple, refused: true);
        channel.BasicReturnAsync += (_, returned) => ReturnAsync(returned);
        channel.ChannelShutdownAsync += (_, reason) => LoseAsync(reason);
        connection.ConnectionShutdownAsync += (_, reason) => LoseAsync(reason);
        connection.ConnectionBlockedAsync += (_, blocked) => BlockAsync(blocked.Reason);
        connection.ConnectionUnblockedAsync += (_, _) => UnblockAsync();
    }

    public IConnection Connection => _connection;

    public bool IsLost => _lost.Task.IsCompleted;

    public int Outstanding => _outstanding.Count;

    /// <param name="onLost">Called where batches were lost on their way.</param>
    /// <param name="onRegained">Called where a broker that took no batches takes them again.</param>
    public static async Task<PublisherSession> OpenAsync(
        IConnection connection, RecordTopology topology, Action onLost, Action onRegained, ILogger logger, CancellationToken cancellation)
    {
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), cancellation);
        await topology.DeclareAsync(channel, cancellation);
        return new(connection, channel, topology, onLost, onRegained, logger);
    }

    /// <summary>Writes a publication out. Called by one caller at a time; the confirmation comes later.</summary>
    public async Task SendAsync(Publication publication, TimeSpan deadline)
    {
        if (publication.Take(this) is not { } batch) return;
        if (_shortage is { } shortage)
        {
            _onLost();
            publication.Refuse(shortage);
            return;
        }

        var number = ++_sent;
        _outstanding[number] = publication;
        // No token: a cancelled call would corrupt the channel's numbering. The deadline is outside.
        await _channel.BasicPublishAsync(
            _topology.Exchange,
            RecordTopology.RoutingKey(batch.Header.Partition),
            mandatory: true,
            RecordMessage.ToProperties(batch.Header, number),
            batch.Body,
            CancellationToken.None).AsTask().WaitAsync(deadline);
        // Lost or blocked between the two: that has not seen this one.
        if (IsLost) FailOutstanding(await _lost.Task);
        else if (_shortage is { } since) RefuseOutstanding(since);
    }

    /// <summary>Ends the session; what is not confirmed fails, for it may or may not have arrived.</summary>
    public void Lose(Exception cause)
    {
        if (_lost.TrySetResult(cause)) _onLost();
        FailOutstanding(cause);
    }

    private Task LoseAsync(ShutdownEventArgs reason)
    {
        Lose(reason.Exception ?? new IOException($"RabbitMQ closed the connection: {reason.ReplyCode} {reason.ReplyText}"));
        return Task.CompletedTask;
    }

    /// <summary>What is outstanding may or may not have arrived; whoever waits for it learns at once why.</summary>
    private Task BlockAsync(string shortage)
    {
        _logger.LogWarning("RabbitMQ takes no batches until there is room again: {Shortage}", shortage);
        _shortage = shortage;
        _onLost();
        RefuseOutstanding(shortage);
        return Task.CompletedTask;
    }

    private Task UnblockAsync()
    {
        _logger.LogInformation("RabbitMQ takes batches again");
        _onRegained();
        _shortage = null;
        return Task.CompletedTask;
    }

    private Task Settle(ulong number, bool multiple, bool refused)
    {
        for (var n = multiple ? _confirmedUpTo + 1 : number; n <= number; n++)
        {
            if (!_outstanding.TryRemove(n, out var publication)) continue;
            if (refused) publication.Fail("RabbitMQ refused the batch");
            else publication.Confirm();
        }
        if (multiple) _confirmedUpTo = number;
        return Task.CompletedTask;
    }

    private Task ReturnAsync(BasicReturnEventArgs returned)
    {
        var number = returned.BasicProperties.Headers is { } headers ? RecordMessage.Integer(headers, RecordMessage.PublishSequence) : null;
        if (number is { } n && _outstanding.TryRemove((ulong)n, out var publication))
            publication.Fail($"RabbitMQ returned the batch: {returned.ReplyCode} {returned.ReplyText}");
        return Task.CompletedTask;
    }

    private void FailOutstanding(Exception cause) => EndOutstanding(p => p.Fail("The connection to RabbitMQ was lost", cause));

    private void RefuseOutstanding(string shortage) => EndOutstanding(p => p.Refuse(shortage));

    private void EndOutstanding(Action<Publication> end)
    {
        foreach (var number in _outstanding.Keys)
        {
            if (_outstanding.TryRemove(number, out var publication)) end(publication);
        }
    }
}
