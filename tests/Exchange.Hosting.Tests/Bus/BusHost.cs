using Exchange.Hosting.Bus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>A host that has nothing but a bus.</summary>
internal sealed class BusHost : IAsyncDisposable
{
    private readonly IHost _host;

    private BusHost(IHost host) => _host = host;

    public IControlBus Control => _host.Services.GetRequiredService<IControlBus>();

    public IRecordTransport Records => _host.Services.GetRequiredService<IRecordTransport>();

    public IServiceProvider Services => _host.Services;

    public CapturedLog Log => _host.Services.GetRequiredService<CapturedLog>();

    /// <summary>At a broker.</summary>
    public static Task<BusHost> StartAsync(RequestHandlers handlers, BusOptions options) =>
        StartAsync(handlers, ("Bus:RabbitMq", options.RabbitMq), ("Bus:Prefix", options.Prefix));

    public static async Task<BusHost> StartAsync(RequestHandlers handlers, params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))).Build();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var log = new CapturedLog();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton(log);
        builder.Services.AddExchangeBus(configuration, handlers);
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public async ValueTask DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _host.StopAsync(deadline.Token);
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else _host.Dispose();
    }
}
