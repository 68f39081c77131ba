using Exchange.Hosting.Embedded;
using Exchange.Standalone.Platform;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.System.Tests.Publishing;

/// <summary>An exchange of real processes for a class of tests, to which gateways can be added.</summary>
public sealed class DistributedExchange : IAsyncLifetime
{
    private readonly ExchangeFolder _folder = new(TestFolder.Create("publishing"));
    private int _gateways = 1;

    internal DistributedPlatform Platform { get; private set; } = null!;

    internal PublisherClient Publisher { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Platform = await DistributedPlatform.StartAsync(_folder, PlatformRoutes.Direct, TimeProvider.System, cancellation);
        Publisher = await PublisherClient.RegisterAsync(Platform.Gateway, Platform.Bureau, Platform.Database, cancellation);
    }

    /// <summary>One more gateway of the exchange, with an audit log of its own and the same keys.</summary>
    /// <param name="failPoints">As <c>EXCHANGE_FAILPOINTS</c>.</param>
    internal async Task<(HostProcess Process, PublisherClient Publisher)> AddGatewayAsync(string failPoints = "")
    {
        var (number, port) = (Interlocked.Increment(ref _gateways), LoopbackPort.Find());
        var process = await HostProcess.StartAsync(
            DistributedPlatform.GatewayProgram,
            ["run"],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["EXCHANGE_Bus__RabbitMq"] = Platform.Broker.Address,
                ["EXCHANGE_Gateway__Database__ConnectionString"] = Platform.Server.GatewayConnection,
                ["EXCHANGE_Gateway__Keys"] = _folder.Keys,
                ["EXCHANGE_Gateway__Listen"] = $"http://127.0.0.1:{port}",
                ["EXCHANGE_Gateway__Log"] = $"gateway-{number}",
                ["EXCHANGE_FAILPOINTS"] = failPoints,
            },
            Path.Combine(Platform.Logs, $"gateway-{number}.log"));
        var address = new Uri($"http://127.0.0.1:{port}");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        await Testing.Eventually.TrueAsync(() => IsReadyAsync(http), TimeSpan.FromSeconds(60));
        return (process, Publisher.At(address));
    }

    public async ValueTask DisposeAsync()
    {
        Publisher.Dispose();
        await Platform.DisposeAsync();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
