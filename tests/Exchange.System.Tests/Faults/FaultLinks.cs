using Exchange.Standalone.Platform;
using Exchange.Testing.Faults;

namespace Exchange.System.Tests.Faults;

/// <summary>The proxies of a bench: one per link, each started when somebody first asks for the way.</summary>
internal sealed class FaultLinks : IAsyncDisposable
{
    private readonly Dictionary<Link, FaultProxy> _proxies = [];

    public FaultProxy this[Link link] => _proxies[link];

    public PlatformRoutes Routes => new(p => Via(Link.CatalogueToBroker, p), p => Via(Link.CatalogueToDatabase, p), p => Via(Link.GatewayToDatabase, p));

    /// <summary>The port to connect to in place of the target's.</summary>
    public int Via(Link link, int port)
    {
        if (!_proxies.TryGetValue(link, out var proxy)) _proxies[link] = proxy = FaultProxy.Start(port);
        return proxy.Port;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values) await proxy.DisposeAsync();
    }
}
