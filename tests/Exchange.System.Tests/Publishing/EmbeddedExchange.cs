using Exchange.Standalone.Platform;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.System.Tests.Publishing;

/// <summary>One exchange in this process for a class of tests, and a department that publishes over HTTP.</summary>
public sealed class EmbeddedExchange : IAsyncLifetime
{
    internal IPlatform Platform { get; private set; } = null!;

    internal PublisherClient Publisher { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Platform = await EmbeddedPlatform.StartAsync(new ExchangeFolder(TestFolder.Create("publishing")), 0, TimeProvider.System, cancellation);
        Publisher = await RegisterAsync();
    }

    /// <summary>A further department.</summary>
    internal Task<PublisherClient> RegisterAsync() =>
        PublisherClient.RegisterAsync(Platform.Gateway, Platform.Bureau, Platform.Database, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Publisher.Dispose();
        await Platform.DisposeAsync();
    }
}
