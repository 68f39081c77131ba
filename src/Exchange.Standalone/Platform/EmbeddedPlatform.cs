using Exchange.Catalog;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Credentials;
using Exchange.Standalone.Demonstration;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;

namespace Exchange.Standalone.Platform;

/// <summary>Catalogue, gateway and bus in this process, over an embedded PostgreSQL.</summary>
internal sealed class EmbeddedPlatform : IPlatform
{
    private static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(30);

    private readonly PlatformServer _server;
    private readonly WebApplication _app;

    private EmbeddedPlatform(PlatformServer server, WebApplication app, ClientCredentials bureau, string logs) =>
        (_server, _app, Bureau, Logs, Gateway) = (server, app, bureau, logs, new Uri(app.Urls.First()));

    public Uri Gateway { get; }

    public ClientCredentials Bureau { get; }

    public NpgsqlDataSource Database => _server.Superuser;

    public string? RabbitMq => null;

    public string Logs { get; }

    /// <param name="port">Port of the gateway on 127.0.0.1; 0 for a free one.</param>
    public static async Task<IPlatform> StartAsync(ExchangeFolder folder, int port, TimeProvider clock, CancellationToken cancellation)
    {
        await using var parts = new Salvage();
        var server = parts.Keep(await PlatformServer.StartAsync(folder.Platform, cancellation));
        await PlatformMigrations.ApplyAsync(server, cancellation);
        var app = parts.Keep(Build(server, folder, port, clock));
        await app.StartAsync(cancellation);
        var bureau = await RegisterBureauAsync(app.Services.GetRequiredService<IControlBus>(), cancellation);
        parts.Release();
        return new EmbeddedPlatform(server, app, bureau, folder.Logs);
    }

    public async Task<IRunningAdapter> StartAdapterAsync(string file, CancellationToken cancellation) =>
        await LocalAdapter.StartAsync(file, _app.Services, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static WebApplication Build(PlatformServer server, ExchangeFolder folder, int port, TimeProvider clock)
    {
        var settings = HostConfiguration.Load(null, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Catalog:Database:ConnectionString"] = server.CatalogConnection,
            ["Gateway:Database:ConnectionString"] = server.GatewayConnection,
            ["Gateway:Keys"] = folder.Keys,
        });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.Configuration.AddConfiguration(settings);
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRoutingCore();
        builder.Logging.AddProvider(new FileLog(Path.Combine(folder.Logs, "exchange.log"), clock)).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(clock);
        builder.Services.AddExchangeBus(settings, new RequestHandlers().AddCatalogHandlers());
        builder.Services.AddCatalog(settings).AddGateway(settings);
        var app = builder.Build();
        app.MapGateway();
        return app;
    }

    private static async Task<ClientCredentials> RegisterBureauAsync(IControlBus bus, CancellationToken cancellation)
    {
        var bureau = new ClientCredentials("data-bureau", ClientSecret.Generate());
        Expect(await bus.RequestAsync<RegisterParticipant, ParticipantRegistered>(
            new RegisterParticipant("data-bureau", "数据局", "Data Bureau", null), CommandDeadline, cancellation));
        Expect(await bus.RequestAsync<RegisterClient, ClientRegistered>(
            new RegisterClient(bureau.ClientId, "data-bureau", ClientSecret.Hash(bureau.Secret), [ClientRoles.Bureau]), CommandDeadline, cancellation));
        return bureau;
    }

    private static void Expect<T>(Result<T> result)
    {
        if (result.IsError) throw new DemonstrationException(result.Error.ToString());
    }
}
