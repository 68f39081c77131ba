namespace Exchange.Standalone.Platform;

/// <summary>Stops what was started so far where a start fails halfway; forgets it where all went well.</summary>
internal sealed class Salvage : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();

    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    public void Release() => _parts.Clear();

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part)) await part.DisposeAsync();
    }
}
