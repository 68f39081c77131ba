using System.Text.Json.Nodes;
using Exchange.Contracts.Errors;
using Exchange.Standalone.Demonstration;
using Exchange.Standalone.Departments;
using Exchange.Standalone.Platform;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Npgsql;

namespace Exchange.System.Tests.Faults;

/// <summary>A whole exchange of real processes with one small resource: source cluster → adapter → broker → catalogue → gateway → sink → consumer cluster.</summary>
internal sealed class FaultBench : IAsyncDisposable
{
    public const string Resource = "item";

    /// <summary>The source is read whole again and again, and compared with the store.</summary>
    public const string Comparing = "mode: snapshot, interval: 300ms";

    /// <summary>Changes come from the source's log.</summary>
    public const string Capturing = "mode: capture";

    private const string Schema = """
        {"type":"object","additionalProperties":false,"required":["id","title","round","changed"],"properties":{
          "id":{"type":"integer","x-exchange":{"key":true}},"title":{"type":"string","maxLength":80},"amount":{"type":["number","null"]},
          "round":{"type":"integer"},"changed":{"type":"string","format":"date-time"}}}
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private readonly HttpClient _http;
    private readonly FaultLinks? _links;
    private readonly Dictionary<string, HostProcess> _adapters = new(StringComparer.Ordinal);
    private readonly List<Supervisor> _supervisors = [];

    private FaultBench(DistributedPlatform platform, DepartmentServer source, DepartmentServer consumer, ExchangeFolder folder, FaultLinks? links)
    {
        (Platform, Source, Consumer, Folder, _links) = (platform, source, consumer, folder, links);
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1) }) { BaseAddress = platform.Gateway };
        Bureau = new GatewayClient(_http, platform.Bureau, Language.En, new AccessJournal(), TimeProvider.System);
        Reader = Bureau;
    }

    public ExchangeFolder Folder { get; }

    public DistributedPlatform Platform { get; }

    /// <summary>Folder of the adapter files.</summary>
    public string Files => Folder.Adapters;

    public DepartmentServer Source { get; }

    public DepartmentServer Consumer { get; }

    public GatewayClient Bureau { get; }

    /// <summary>The consumer at the gateway.</summary>
    public GatewayClient Reader { get; private set; }

    /// <param name="links">Stand between the parts; without them each connects to the other directly. They end with the bench.</param>
    public static async Task<FaultBench> StartAsync(int rows, FaultLinks? links, CancellationToken cancellation)
    {
        var folder = new ExchangeFolder(TestFolder.Create("faults"));
        var platform = await DistributedPlatform.StartAsync(folder, links?.Routes ?? PlatformRoutes.Direct, TimeProvider.System, cancellation);
        var source = await DepartmentServer.StartAsync(folder.MarketRegulation, "source", cancellation);
        var consumer = await DepartmentServer.StartAsync(folder.ServiceCentre, "consumer", cancellation);
        await using (var create = source.Database.CreateCommand(FaultSql.CreateSource))
        {
            create.Parameters.AddWithValue("rows", rows);
            await create.ExecuteNonQueryAsync(cancellation);
        }

        var bench = new FaultBench(platform, source, consumer, folder, links);
        await bench.RegisterAsync(cancellation);
        return bench;
    }

    /// <summary>The adapter that publishes the source's table under a name.</summary>
    /// <param name="mode"><see cref="Comparing"/> or <see cref="Capturing"/>.</param>
    public async Task<HostProcess> StartPublisherAsync(string resource, int batchRows, string mode = Comparing) => await StartAdapterAsync($"publish-{resource.Replace('_', '-')}", $$"""
        adapter: publish-{{resource.Replace('_', '-')}}
        bus: { rabbitMqFile: bus.address }
        resource: { name: {{resource}}, publisher: giver, titleZh: 记录, titleEn: Items, schema: item.json }
        batches: { rows: {{batchRows}} }
        source:
          postgres: { connectionFile: source.connection, table: public.item, {{mode}} }
        """);

    /// <summary>One more process with the adapter file of the table's publisher. The caller ends it.</summary>
    public Task<HostProcess> StartTwinAsync() => HostProcess.StartAsync(
        DistributedPlatform.AdapterProgram, ["run", Path.Combine(Folder.Adapters, $"publish-{Resource}.yaml")], new Dictionary<string, string>(StringComparer.Ordinal),
        Path.Combine(Platform.Logs, "publish-twin.log"));

    public async Task<HostProcess> StartSinkAsync() => await StartAdapterAsync("receive", $$"""
        adapter: receive
        source:
          exchange: { gateway: {{new UriBuilder(Platform.Gateway) { Port = Via(Link.SinkToGateway, Platform.Gateway.Port) }.Uri}}, clientId: taker, clientSecretFile: client.secret, resource: {{Resource}}, purpose: test, wait: 2s }
        sink:
          postgres: { connectionFile: consumer.connection, table: item, create: true }
        """);

    /// <summary>What ends by itself is started again from now on.</summary>
    public void Supervise(params IEnumerable<HostProcess> hosts) => _supervisors.AddRange(hosts.Select(h => new Supervisor(h)));

    /// <summary>Why processes ended by themselves.</summary>
    public IEnumerable<string> Ends => _supervisors.SelectMany(s => s.Ends);

    /// <summary>Ends an adapter that is not needed any more.</summary>
    public async Task StopAsync(HostProcess adapter)
    {
        _adapters.Remove(_adapters.First(a => a.Value == adapter).Key);
        await adapter.DisposeAsync();
    }

    public async Task GrantAsync(CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        await Bureau.CommandAsync("/v1/grants", new JsonObject
        {
            ["consumer"] = "taker", ["resource"] = Resource, ["purpose"] = "test", ["legalBasis"] = "test",
            ["fields"] = new JsonArray([.. ((string[])["id", "title", "amount", "round", "changed"]).Select(f => new JsonObject { ["name"] = f, ["mask"] = null })]),
            ["methods"] = new JsonArray("records", "changes"), ["verifyFields"] = new JsonArray(), ["caseRequired"] = false,
            ["validFrom"] = now.AddMinutes(-1).ToString("O"), ["validUntil"] = now.AddDays(1).ToString("O"),
        }, cancellation);
    }

    /// <summary>Waits until the broker knows its queues on disk: what it was told in the second before a first crash is not what is tested here.</summary>
    public async Task QueuesOnDiskAsync()
    {
        foreach (var queue in (string[])["records.p0.v1", "records.p1.v1", "records.p2.v1", "records.p3.v1", "commands.v1"])
            await RabbitMqServer.QueueOnDiskAsync(Folder.Broker, $"exchange.{queue}");
    }

    /// <summary>Waits until a table of the store, or of the consumer, holds what the source holds.</summary>
    public async Task ConvergedAsync(NpgsqlDataSource database, string table, CancellationToken cancellation, TimeSpan? within = null)
    {
        var expected = await FingerprintAsync(Source.Database, "item", cancellation);
        await Eventually.EqualAsync(expected, () => TryFingerprintAsync(database, table, cancellation), within ?? Deadline);
    }

    /// <summary>What the gateway says of itself; null where it does not answer.</summary>
    public async Task<int?> ReadinessAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync("/readyz", cancellation);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<long> StoreScalarAsync(string sql, string name, object value, CancellationToken cancellation)
    {
        await using var command = Platform.Database.CreateCommand(sql);
        command.Parameters.AddWithValue(name, value);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The feed's entries after an offset, as the store has them.</summary>
    public async Task<IReadOnlyList<(long Offset, long Key, string Operation)>> FeedAsync(long offset, CancellationToken cancellation)
    {
        await using var command = Platform.Database.CreateCommand(FaultSql.Feed);
        command.Parameters.AddWithValue("offset", offset);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new List<(long, long, string)>();
        while (await reader.ReadAsync(cancellation))
            entries.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2) switch { "I" => "insert", "U" => "update", var other => other == "D" ? "delete" : other }));
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var supervisor in _supervisors) await supervisor.DisposeAsync();
        foreach (var adapter in _adapters.Values) await adapter.DisposeAsync();
        _http.Dispose();
        await Platform.DisposeAsync();
        await Source.DisposeAsync();
        await Consumer.DisposeAsync();
        if (_links is not null) await _links.DisposeAsync();
    }

    private int Via(Link link, int port) => _links?.Via(link, port) ?? port;

    private static async Task<Fingerprint> FingerprintAsync(NpgsqlDataSource database, string table, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(FaultSql.Fingerprint(table));
        return await FingerprintQuery.ReadAsync(command, cancellation);
    }

    /// <summary>As above; a database that is down, or a table that is not there yet, has no fingerprint.</summary>
    private static async Task<Fingerprint> TryFingerprintAsync(NpgsqlDataSource database, string table, CancellationToken cancellation)
    {
        try
        {
            return await FingerprintAsync(database, table, cancellation);
        }
        catch (NpgsqlException)
        {
            return default;
        }
    }

    private async Task<HostProcess> StartAdapterAsync(string name, string yaml)
    {
        var file = Path.Combine(Folder.Adapters, name + ".yaml");
        await File.WriteAllTextAsync(file, yaml);
        return _adapters[name] = await HostProcess.StartAsync(
            DistributedPlatform.AdapterProgram, ["run", file], new Dictionary<string, string>(StringComparer.Ordinal), Path.Combine(Platform.Logs, name + ".log"));
    }

    private async Task RegisterAsync(CancellationToken cancellation)
    {
        foreach (var code in (string[])["giver", "taker"])
            await Bureau.CommandAsync("/v1/participants", new JsonObject { ["code"] = code, ["titleZh"] = "部门", ["titleEn"] = code, ["uscc"] = null }, cancellation);
        var client = await Bureau.CommandAsync(
            "/v1/clients", new JsonObject { ["clientId"] = "taker", ["participant"] = "taker", ["roles"] = new JsonArray("consumer") }, cancellation);
        var secret = client["clientSecret"]!.GetValue<string>();
        Reader = new GatewayClient(_http, new ClientCredentials("taker", secret), Language.En, new AccessJournal(), TimeProvider.System) { Purpose = "test" };
        Directory.CreateDirectory(Folder.Adapters);
        await File.WriteAllTextAsync(Path.Combine(Folder.Adapters, "client.secret"), secret, cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder.Adapters, "item.json"), Schema, cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder.Adapters, "bus.address"), PlatformRoutes.Bus(Platform.Broker, p => Via(Link.AdapterToBroker, p)), cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder.Adapters, "source.connection"), PlatformRoutes.Database(Source.ConnectionString, p => Via(Link.AdapterToSource, p)), cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder.Adapters, "consumer.connection"), PlatformRoutes.Database(Consumer.ConnectionString, p => Via(Link.SinkToTarget, p)), cancellation);
    }
}
