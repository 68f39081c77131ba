using System.Net.Http.Headers;
using System.Text.Json;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Authorization;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Gateway.Tests.Kit;

/// <summary>A gateway on real Kestrel over a real database. The catalogue's side is written straight into its tables by <see cref="Catalogue"/>.</summary>
internal sealed class Node : IAsyncDisposable
{
    public const string Secret = "a-secret-of-good-length";
    private readonly WebApplication _app;
    private readonly string _keys;
    private readonly List<HttpClient> _clients = [];

    private Node(WebApplication app, PlatformDatabase database, string keys, bool ownsDatabase)
    {
        _app = app;
        _keys = keys;
        OwnsDatabase = ownsDatabase;
        Database = database;
        Catalogue = new Catalogue(database);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public PlatformDatabase Database { get; }

    public Catalogue Catalogue { get; }

    public Uri Address { get; }

    public string KeysFolder => _keys;

    public IServiceProvider Services => _app.Services;

    private bool OwnsDatabase { get; }

    public static async Task<PlatformDatabase> NewDatabaseAsync() => await PlatformDatabase.CreateAsync(Catalogue.MigrateAsync);

    public static async Task<Node> StartAsync(
        PlatformDatabase? database = null,
        string? keys = null,
        string? connection = null,
        Action<IServiceCollection>? services = null,
        RequestHandlers? handlers = null,
        params (string Name, string Value)[] settings)
    {
        var owns = database is null;
        database ??= await NewDatabaseAsync();
        keys ??= Directory.CreateTempSubdirectory("gateway-keys-").FullName;
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Gateway:Database:ConnectionString"] = connection ?? database.GatewayConnection,
            ["Gateway:Keys"] = keys,
        };
        foreach (var (name, value) in settings) values[name] = value;
        var configuration = HostConfiguration.Load(null, values);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("EXCHANGE_TEST_LOG") is not null) builder.Logging.AddSimpleConsole();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddExchangeBus(configuration, handlers ?? new RequestHandlers());
        builder.Services.AddGateway(configuration);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        return new Node(app, database, keys, owns);
    }

    /// <summary>A client without credentials.</summary>
    public HttpClient Anonymous()
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that carries the token of <paramref name="clientId"/> and a purpose.</summary>
    public async Task<HttpClient> ClientAsync(string clientId, string purpose = Catalogue.Purpose)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(clientId));
        client.DefaultRequestHeaders.Add("Exchange-Purpose", purpose);
        return client;
    }

    public async Task<string> TokenAsync(string clientId)
    {
        await RefreshAsync();
        return Services.GetRequiredService<TokenIssuer>().Issue(clientId);
    }

    /// <summary>Waits until the gateway knows what is in the database now.</summary>
    public Task RefreshAsync()
    {
        var lease = Services.GetRequiredService<GrantLease>();
        return Eventually.TrueAsync(async () => !(await lease.FreshAsync(CancellationToken.None)).IsError, TimeSpan.FromSeconds(20));
    }

    public async Task StopAsync() => await _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (OwnsDatabase) await Database.DisposeAsync();
    }
}

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    /// <summary>The name of the problem that was answered.</summary>
    public static async Task<string?> ProblemAsync(this HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json") return null;
        return (await response.JsonAsync()).GetProperty("name").GetString();
    }
}
