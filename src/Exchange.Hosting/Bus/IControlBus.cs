using Exchange.Contracts.Errors;

namespace Exchange.Hosting.Bus;

/// <summary>
/// Commands, queries and notifications between hosts. Small on purpose, so that the library behind it can be replaced.
/// </summary>
public interface IControlBus
{
    /// <summary>Sends a request to the one service that handles it and waits for the typed answer.</summary>
    /// <returns>The answer, the handler's error, or <see cref="ErrorCodes.DeadlineExceeded"/> / <see cref="ErrorCodes.BrokerUnavailable"/> / <see cref="ErrorCodes.BrokerFull"/>. Never waits longer than the deadline.</returns>
    Task<Result<TResponse>> RequestAsync<TRequest, TResponse>(TRequest request, TimeSpan deadline, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class;

    /// <summary>Announces an event to all who listen now. May be lost or repeated: whoever needs certainty also asks.</summary>
    /// <exception cref="TransportUnavailableException">Not handed to the broker within ten seconds.</exception>
    Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellation)
        where TEvent : class;

    /// <summary>Listens to an event until disposed; every listener gets every event. The handler must be quick and must not throw.</summary>
    /// <exception cref="TransportUnavailableException">The broker gave no queue within fifteen seconds.</exception>
    Task<IAsyncDisposable> ListenAsync<TEvent>(Func<TEvent, Task> handle, CancellationToken cancellation)
        where TEvent : class;
}
