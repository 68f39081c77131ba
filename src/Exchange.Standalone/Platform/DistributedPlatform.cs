using System.Net;
using Exchange.Hosting.Credentials;
using Exchange.Hosting.Embedded;
using Exchange.Standalone.Demonstration;
using Npgsql;

namespace Exchange.Standalone.Platform;

/// <summary>RabbitMQ, catalogue, gateway and each adapter as processes of their own.</summary>
internal sealed class DistributedPlatform : IPlatform
{
    public const string CatalogProgram = "Exchange.Catalog";
    public const string GatewayProgram = "Exchange.Gateway";
    public const string AdapterProgram = "exchange-adapter";
    private const string BureauCode = "data-bureau";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly ExchangeFolder _folder;
    private readonly Dictionary<string, string> _catalog;

    private DistributedPlatform(ExchangeFolder folder, PlatformServer server, RabbitMqBroker broker, Dictionary<string, string> catalog) =>
        (_folder, Server, Broker, _catalog) = (folder, server, broker, catalog);

    public PlatformServer Server { get; }

    public RabbitMqBroker Broker { get; }

    public required HostProcess CatalogHost { get; init; }

    public required HostProcess GatewayHost { get; init; }

    public required Uri Gateway { get; init; }

    public required ClientCredentials Bureau { get; init; }

    public NpgsqlDataSource Database => Server.Superuser;

    public string? RabbitMq => Broker.Address;

    public string Logs => _folder.Logs;

    public static async Task<DistributedPlatform> StartAsync(ExchangeFolder folder, PlatformRoutes routes, TimeProvider clock, CancellationToken cancellation)
    {
        var starting = RabbitMqBroker.StartAsync(new RabbitMqBrokerOptions { Folder = folder.Broker }, cancellation);
        await using var parts = new Salvage();
        var server = parts.Keep(await PlatformServer.StartAsync(folder.Platform, cancellation));
        var broker = parts.Keep(await starting);
        var port = LoopbackPort.Find();
        var catalog = CatalogEnvironment(server, broker, routes);
        var gateway = GatewayEnvironment(server, broker, routes, folder, port);
        await HostProcess.RunAsync(CatalogProgram, ["migrate"], catalog, Log(folder, CatalogProgram));
        await HostProcess.RunAsync(GatewayProgram, ["migrate"], gateway, Log(folder, GatewayProgram));
        var bureau = await BootstrapAsync(folder, catalog);
        var platform = new DistributedPlatform(folder, server, broker, catalog)
        {
            CatalogHost = parts.Keep(await HostProcess.StartAsync(CatalogProgram, ["run"], catalog, Log(folder, CatalogProgram))),
            GatewayHost = parts.Keep(await HostProcess.StartAsync(GatewayProgram, ["run"], gateway, Log(folder, GatewayProgram))),
            Gateway = new Uri($"http://127.0.0.1:{port}"),
            Bureau = bureau,
        };
        await platform.WaitUntilReadyAsync(clock, cancellation);
        parts.Release();
        return platform;
    }

    public async Task<IRunningAdapter> StartAdapterAsync(string file, CancellationToken cancellation) =>
        new AdapterProcess(await HostProcess.StartAsync(
            AdapterProgram, ["run", file], new Dictionary<string, string>(StringComparer.Ordinal), Log(_folder, Path.GetFileNameWithoutExtension(file))));

    /// <summary>Starts one more catalogue service beside the first. The caller ends it.</summary>
    /// <param name="name">Of its log.</param>
    /// <param name="settings">Environment variables of this one alone.</param>
    public Task<HostProcess> StartCatalogueAsync(string name, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>(_catalog, StringComparer.Ordinal);
        foreach (var (setting, value) in settings) environment[setting] = value;
        return HostProcess.StartAsync(CatalogProgram, ["run"], environment, Log(_folder, name));
    }

    /// <summary>Waits until the gateway says that it and what it needs are ready.</summary>
    public async Task WaitUntilReadyAsync(TimeProvider clock, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Gateway, Timeout = TimeSpan.FromSeconds(5) };
        var ready = await Waiting.UntilAsync(token => IsReadyAsync(http, token), answer => answer, StartDeadline, clock, cancellation);
        if (!ready) throw new DemonstrationException($"The gateway is not ready after {StartDeadline.TotalSeconds:N0} s ({Logs})");
    }

    public async ValueTask DisposeAsync()
    {
        await GatewayHost.DisposeAsync();
        await CatalogHost.DisposeAsync();
        await Broker.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static Dictionary<string, string> CatalogEnvironment(PlatformServer server, RabbitMqBroker broker, PlatformRoutes routes) => new(StringComparer.Ordinal)
    {
        ["EXCHANGE_Bus__RabbitMq"] = PlatformRoutes.Bus(broker, routes.CatalogueToBroker),
        ["EXCHANGE_Catalog__Database__ConnectionString"] = PlatformRoutes.Database(server.CatalogConnection, routes.CatalogueToDatabase),
    };

    private static Dictionary<string, string> GatewayEnvironment(
        PlatformServer server, RabbitMqBroker broker, PlatformRoutes routes, ExchangeFolder folder, int port) => new(StringComparer.Ordinal)
    {
        ["EXCHANGE_Bus__RabbitMq"] = broker.Address,
        ["EXCHANGE_Gateway__Database__ConnectionString"] = PlatformRoutes.Database(server.GatewayConnection, routes.GatewayToDatabase),
        ["EXCHANGE_Gateway__Keys"] = folder.Keys,
        ["EXCHANGE_Gateway__Listen"] = $"http://127.0.0.1:{port}",
    };

    private static async Task<ClientCredentials> BootstrapAsync(ExchangeFolder folder, Dictionary<string, string> environment)
    {
        var bureau = new ClientCredentials(BureauCode, ClientSecret.Generate());
        Directory.CreateDirectory(folder.Secrets);
        var file = Path.Combine(folder.Secrets, "bureau.secret");
        await SecretText.WriteAsync(file, bureau.Secret, CancellationToken.None);
        await HostProcess.RunAsync(
            CatalogProgram, ["bootstrap", "--participant", BureauCode, "--client", bureau.ClientId, "--secret-file", file], environment, Log(folder, CatalogProgram));
        return bureau;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync("/readyz", cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Log(ExchangeFolder folder, string program) => Path.Combine(folder.Logs, program + ".log");

    private sealed class AdapterProcess(HostProcess process) : IRunningAdapter
    {
        public Task Completion => process.Completion;

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
