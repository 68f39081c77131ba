using System.Collections.Concurrent;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Bus;

namespace Exchange.Catalog.Tests.Kit;

/// <summary>Keeps the events that were announced; can be taken down.</summary>
internal sealed class CapturedBus : IControlBus
{
    private readonly ConcurrentQueue<object> _events = new();

    public bool IsDown { get; set; }

    public IReadOnlyList<TEvent> Of<TEvent>() => [.. _events.OfType<TEvent>()];

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellation)
        where TEvent : class
    {
        if (IsDown) throw new TransportUnavailableException("taken down by the test");
        _events.Enqueue(message);
        return Task.CompletedTask;
    }

    public Task<Result<TResponse>> RequestAsync<TRequest, TResponse>(TRequest request, TimeSpan deadline, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class => throw new NotSupportedException("The catalogue service asks nobody.");

    public Task<IAsyncDisposable> ListenAsync<TEvent>(Func<TEvent, Task> handle, CancellationToken cancellation)
        where TEvent : class => throw new NotSupportedException("The catalogue service listens to nobody.");
}
