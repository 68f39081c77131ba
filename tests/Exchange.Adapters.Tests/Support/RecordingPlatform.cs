using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Tests.Support;

/// <summary>
/// Stands for the platform where the catalogue service cannot be referenced: keeps the stream protocol (epochs, sequences, positions, holds) and records every
/// batch in memory. It stores no rows and validates none; whole runs against the real catalogue are in Exchange.System.Tests.
/// </summary>
internal sealed class RecordingPlatform : IControlBus, IRecordTransport
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Lock _lock = new();
    private readonly List<(Type Event, Func<object, Task> Handle)> _listeners = [];
    private readonly StreamId _stream = NewIdentifier.At<StreamId>(Start);
    private readonly ResourceId _resource = NewIdentifier.At<ResourceId>(Start);
    private string _schema = "";
    private string _fingerprint = "";

    public long Epoch { get; private set; }

    public long Sequence { get; private set; }

    public string? Position { get; private set; }

    public bool InSnapshot { get; private set; }

    public string State { get; private set; } = "open";

    public (string Code, string Reason)? HeldFor { get; private set; }

    /// <summary>What the adapter noted, in order.</summary>
    public ConcurrentQueue<(string Code, string Reason)> Notes { get; } = new();

    /// <summary>All that was committed, in order.</summary>
    public ConcurrentQueue<RecordBatch> Committed { get; } = new();

    /// <summary>Called before each batch is looked at; may refuse (throw) or lose it (answer false).</summary>
    public Func<RecordBatch, Task<bool>> OnBatch { get; set; } = _ => Task.FromResult(true);

    /// <summary>Answers requests that this platform does not know; null for those it does.</summary>
    public Func<object, object?> Answers { get; set; } = _ => null;

    /// <summary>Called between the making of an answer and its arrival.</summary>
    public Func<object, Task> OnAnswer { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether commits are announced; without it the adapter has to ask.</summary>
    public bool Announces { get; set; } = true;

    public async Task PublishAsync(RecordBatch batch, CancellationToken cancellation)
    {
        if (!await OnBatch(batch)) return;
        object? announcement;
        lock (_lock) announcement = Take(batch);
        if (announcement is not null && Announces) await AnnounceAsync(announcement);
    }

    public Task ConsumeAsync(int partition, Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public async Task<Result<TResponse>> RequestAsync<TRequest, TResponse>(TRequest request, TimeSpan deadline, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class
    {
        object answer;
        lock (_lock) answer = Answers(request) ?? Answer(request);
        await OnAnswer(request);
        return answer is Error error ? error : (TResponse)answer;
    }

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellation)
        where TEvent : class => AnnounceAsync(message);

    public Task<IAsyncDisposable> ListenAsync<TEvent>(Func<TEvent, Task> handle, CancellationToken cancellation)
        where TEvent : class
    {
        (Type, Func<object, Task>) listener = (typeof(TEvent), m => handle((TEvent)m));
        lock (_lock) _listeners.Add(listener);
        return Task.FromResult<IAsyncDisposable>(new Listening(() =>
        {
            lock (_lock) _listeners.Remove(listener);
        }));
    }

    /// <summary>Holds the stream as the catalogue would.</summary>
    public Task HoldAsync(string code, string reason)
    {
        lock (_lock) (State, HeldFor) = ("held", (code, reason));
        return AnnounceAsync(new StreamWasHeld(_stream, _resource, Epoch, code, reason));
    }

    public void Release()
    {
        lock (_lock) (State, HeldFor) = ("open", null);
    }

    /// <summary>Another adapter opens the stream.</summary>
    public void TakeOver()
    {
        lock (_lock) Epoch++;
    }

    public ValueTask DisposeAsync() => default;

    private object? Take(RecordBatch batch)
    {
        var header = batch.Header;
        if (header.Epoch < Epoch || State == "held" || header.Sequence <= Sequence) return null;
        if (header.Sequence > Sequence + 1) return new StreamRewound(_stream, Epoch, Sequence + 1, Position, "gap");
        if (header.Sha256 != Convert.ToHexStringLower(SHA256.HashData(batch.Body.Span))) throw new InvalidOperationException("The checksum is wrong.");
        if (header.SchemaFingerprint != _fingerprint || header.Position.Length > 4096) throw new InvalidOperationException("The header is wrong.");
        // The bytes are the adapter's until the batch is committed: a copy is what a broker would have.
        Committed.Enqueue(batch with { Body = batch.Body.ToArray() });
        (Sequence, Position) = (header.Sequence, header.Position);
        InSnapshot = header.Kind is BatchKind.SnapshotStart or BatchKind.Rows || (InSnapshot && header.Kind != BatchKind.SnapshotEnd);
        return new BatchCommitted(_stream, _resource, Epoch, Sequence, Position, Sequence, header.RowCount, 0);
    }

    private object Answer(object request)
    {
        switch (request)
        {
            case RegisterResource register:
                var schema = ResourceSchema.Parse(register.Schema);
                if (schema.IsError) return schema.Error;
                (_schema, _fingerprint) = (register.Schema, schema.Value.Fingerprint);
                return new ResourceRegistered(_resource, register.Name, 1, _fingerprint);
            case OpenStream when State == "held":
                return ErrorCodes.StreamHeld.With(("reason", HeldFor?.Reason));
            case OpenStream:
                return new StreamOpened(_stream, _resource, ++Epoch, Sequence + 1, Position, InSnapshot, 0, 1, _schema);
            case GetStreamStatus:
                return Status();
            case HoldStream hold when hold.Epoch != Epoch:
                return ErrorCodes.StreamFenced.With(("epoch", Epoch));
            case NoteStream note:
                Notes.Enqueue((note.ErrorCode, note.Reason));
                return Status();
            case HoldStream hold:
                (State, HeldFor) = ("held", (hold.ErrorCode, hold.Reason));
                return Status();
            default:
                throw new NotSupportedException(request.GetType().Name);
        }
    }

    private StreamStatus Status() => new(_stream, Epoch, Sequence, Position, InSnapshot, State, HeldFor?.Code, HeldFor?.Reason, 0, 0, Sequence);

    private async Task AnnounceAsync(object message)
    {
        List<Func<object, Task>> handlers;
        lock (_lock) handlers = [.. _listeners.Where(l => l.Event == message.GetType()).Select(l => l.Handle)];
        foreach (var handle in handlers) await handle(message);
    }

    private sealed class Listening(Action stop) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            stop();
            return default;
        }
    }
}
