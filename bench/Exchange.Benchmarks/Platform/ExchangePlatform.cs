using System.Diagnostics;
using Exchange.Hosting.Embedded;
using Exchange.Testing.Servers;

namespace Exchange.Benchmarks.Platform;

/// <summary>
/// A whole exchange as it runs in earnest: PostgreSQL, RabbitMQ, the catalogue and the gateway, each in a process of its own.
/// One department publishes, one consumes.
/// </summary>
internal sealed class ExchangePlatform : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private ProcessStartInfo? _catalog;
    private ProcessStartInfo? _gateway;

    private ExchangePlatform(Department platform, RabbitMqBroker broker) => (Platform, Broker) = (platform, broker);

    /// <summary>The platform's database, as its superuser.</summary>
    public Department Platform { get; }

    public RabbitMqBroker Broker { get; }

    public ChildProcess Catalog { get; private set; } = null!;

    public ChildProcess Gateway { get; private set; } = null!;

    public DepartmentAdapters Adapters { get; private set; } = null!;

    public Bureau Bureau { get; private set; } = null!;

    public GatewayDoor Consumer { get; private set; } = null!;

    public static async Task<ExchangePlatform> StartAsync(Workbench bench, CancellationToken cancellation)
    {
        var cluster = await bench.StartServerAsync("platform", cancellation);
        bench.Say("starting RabbitMQ, the catalogue and the gateway", "启动 RabbitMQ、目录服务和网关");
        var broker = bench.Keep(await RabbitMqBroker.StartAsync(new RabbitMqBrokerOptions { Folder = Path.Combine(bench.Folder, "broker") }, cancellation));
        var database = await PlatformDatabase.CreateAsync(cluster: cluster);
        var exchange = bench.Keep(new ExchangePlatform(Department.Connect(cluster, database.Name), broker));
        await exchange.StartHostsAsync(bench.Folder, database, cancellation);
        return exchange;
    }

    /// <summary>Registers a resource with the test table's schema and grants the consumer its part of it.</summary>
    public Task GrantAsync(string resource, CancellationToken cancellation) => Bureau.GrantAsync(resource, cancellation);

    /// <summary>Ends the catalogue and the gateway and starts them again, so that what they hold of earlier work is gone.</summary>
    public async Task RestartHostsAsync(CancellationToken cancellation)
    {
        await Gateway.DisposeAsync();
        await Catalog.DisposeAsync();
        Catalog = await ChildProcess.StartAsync(_catalog!);
        Gateway = await ChildProcess.StartAsync(_gateway!);
        await WaitUntilReadyAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (Adapters is not null) await Adapters.DisposeAsync();
        if (Consumer is not null) await Consumer.DisposeAsync();
        if (Gateway is not null) await Gateway.DisposeAsync();
        if (Catalog is not null) await Catalog.DisposeAsync();
        await Platform.DisposeAsync();
    }

    private async Task StartHostsAsync(string folder, PlatformDatabase database, CancellationToken cancellation)
    {
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Find()}");
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["EXCHANGE_Bus__RabbitMq"] = Broker.Address,
            ["EXCHANGE_Catalog__Database__ConnectionString"] = database.CatalogConnection,
            ["EXCHANGE_Gateway__Database__ConnectionString"] = database.GatewayConnection,
            ["EXCHANGE_Gateway__Keys"] = Path.Combine(folder, "keys"),
            ["EXCHANGE_Gateway__Listen"] = address.ToString(),
            ["MASSTRANSIT_USAGE_TELEMETRY"] = "false",
        };
        await ChildProcess.RunToEndAsync(With(settings, "Exchange.Catalog.dll", "migrate"), cancellation);
        await ChildProcess.RunToEndAsync(With(settings, "Exchange.Gateway.dll", "migrate"), cancellation);
        _catalog = With(settings, "Exchange.Catalog.dll", "run");
        _gateway = With(settings, "Exchange.Gateway.dll", "run");
        Catalog = await ChildProcess.StartAsync(_catalog);
        Gateway = await ChildProcess.StartAsync(_gateway);
        Adapters = await DepartmentAdapters.StartAsync(folder, Broker.Address, cancellation);
        Bureau = new Bureau(Adapters.Control, TimeProvider.System);
        Consumer = new GatewayDoor(address, Bureau.ConsumerClient, await Bureau.RegisterAsync(cancellation));
        await WaitUntilReadyAsync(cancellation);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        while (!await Consumer.IsReadyAsync(cancellation))
        {
            if (Catalog.HasExited) throw new BenchException($"The catalogue ended: {Catalog.Tail}");
            if (Gateway.HasExited) throw new BenchException($"The gateway ended: {Gateway.Tail}");
            if (watch.Elapsed > StartDeadline) throw new BenchException($"The gateway is not ready: {Gateway.Tail}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    private static ProcessStartInfo With(Dictionary<string, string> settings, string assembly, params string[] arguments)
    {
        var start = ChildProcess.OfProgram(assembly, arguments);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }
}

/// <summary>A resource that is published, with a grant of eight fields, two of them masked.</summary>
/// <param name="Rows">Rows in the store.</param>
internal sealed record PublishedResource(string Name, int Rows)
{
    public const string Purpose = "bench";

    /// <summary>Its table in the platform's database.</summary>
    public string Table => $"store.{Name}";
}
