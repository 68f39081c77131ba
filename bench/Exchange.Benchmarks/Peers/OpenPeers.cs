using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Peers;

/// <summary>The peers of one group of rows; those that cannot be had are left out, by name.</summary>
internal sealed class OpenPeers<TPeer>(Workbench bench) : IAsyncDisposable
    where TPeer : IAsyncDisposable
{
    private readonly List<(Promise Promise, TPeer Peer)> _opened = [];

    public IReadOnlyList<(Promise Promise, TPeer Peer)> Opened => _opened;

    public async Task OpenAsync(Promise promise, Func<Workbench, CancellationToken, Task<TPeer>> open, CancellationToken cancellation)
    {
        try
        {
            _opened.Add((promise, await open(bench, cancellation)));
        }
        catch (PeerMissingException reason)
        {
            bench.Leave(promise, reason);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, peer) in _opened) await peer.DisposeAsync();
    }
}
