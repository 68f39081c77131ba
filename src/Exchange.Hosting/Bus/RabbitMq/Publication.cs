using Exchange.Contracts.Records;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>One call of <see cref="IRecordTransport.PublishAsync"/>, from the call to its confirmation.</summary>
internal sealed class Publication(RecordBatch batch, long generation)
{
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RecordBatch? _batch = batch;
    private volatile PublisherSession? _session;

    public long Generation => generation;

    public Task Confirmed => _confirmed.Task;

    /// <summary>The session that sent it, or null as long as it waits.</summary>
    public PublisherSession? Session => _session;

    /// <summary>What is to be sent, or null where nobody waits for it any more.</summary>
    public RecordBatch? Take(PublisherSession session)
    {
        var taken = _batch;
        if (taken is not null) _session = session;
        return taken;
    }

    public bool Abandoned => _batch is null;

    /// <summary>The caller went away: what is not yet sent is not sent. Lets go of the rows, which may wait in a queue for long.</summary>
    public void Abandon() => _batch = null;

    public void Confirm() => _confirmed.TrySetResult();

    public void Fail(string reason, Exception? cause = null) => Fail(new TransportUnavailableException(reason, cause));

    /// <summary>The broker takes nothing for now.</summary>
    public void Refuse(string shortage) => Fail(new TransportUnavailableException($"RabbitMQ takes nothing: {shortage}") { Shortage = shortage });

    private void Fail(TransportUnavailableException fault)
    {
        if (_confirmed.TrySetException(fault)) _ = _confirmed.Task.Exception; // observed: the caller may be gone
    }
}
