namespace Exchange.Adapters.Pipelines;

/// <summary>Listeners that end together; one that is ready only after that ends at once.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IAsyncDisposable> _ready = [];
    private bool _ended;

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
