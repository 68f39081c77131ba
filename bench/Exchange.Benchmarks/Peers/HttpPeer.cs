using System.Globalization;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Peers;

/// <summary>A server that answers the same questions, in a process of its own.</summary>
/// <param name="Description">What serves, with which settings.</param>
internal sealed record HttpPeer(Uri Address, ChildProcess Process, string Description) : IAsyncDisposable
{
    private const int BarePool = 8;

    /// <summary>The bare endpoint over the same table.</summary>
    public static async Task<HttpPeer> BareAsync(Workbench bench, PublishedResource published, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        var process = await ChildProcess.StartAsync(ChildProcess.OfThisProgram(
            "bare", $"{exchange.Platform.ConnectionString};Maximum Pool Size={BarePool};Max Auto Prepare=10;Auto Prepare Min Usages=2", published.Table));
        var address = new Uri(await process.FirstLine.WaitAsync(TimeSpan.FromSeconds(30), cancellation));
        return new HttpPeer(address, process, string.Create(CultureInfo.InvariantCulture, $"the peer has a pool of {BarePool} connections"));
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
