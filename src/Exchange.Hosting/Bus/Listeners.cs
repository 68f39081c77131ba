namespace Exchange.Hosting.Bus;

/// <summary>Listeners of <see cref="IControlBus.ListenAsync"/> that are made side by side and end together; one that is ready only after that ends at once. Safe for use by several threads.</summary>
public sealed class Listeners : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IAsyncDisposable> _ready = [];
    private bool _ended;

    /// <exception cref="TransportUnavailableException">As <see cref="IControlBus.ListenAsync"/> throws it.</exception>
    public async Task AddAsync(Task<IAsyncDisposable> starting)
    {
        var listener = await starting;
        if (!Keep(listener)) await listener.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock) _ended = true;
        await Task.WhenAll(_ready.Select(l => l.DisposeAsync().AsTask()));
    }

    private bool Keep(IAsyncDisposable listener)
    {
        lock (_lock)
        {
            if (!_ended) _ready.Add(listener);
            return !_ended;
        }
    }
}
