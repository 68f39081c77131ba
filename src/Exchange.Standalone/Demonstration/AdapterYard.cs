using Exchange.Standalone.Departments;
using Exchange.Standalone.Platform;

namespace Exchange.Standalone.Demonstration;

/// <summary>What the departments' adapters need to know.</summary>
/// <param name="Folder">Where their files are written.</param>
/// <param name="WatchedFolder">Where the Civil Affairs Bureau drops its lists.</param>
/// <param name="RegisterTable">The Market Regulation Bureau's table, with its schema.</param>
internal sealed record AdapterSites(string Folder, string WatchedFolder, string RegisterTable, string RegisterConnection, string CentreConnection);

/// <summary>The departments' adapters: one YAML file each, run by the platform's adapter program.</summary>
internal sealed class AdapterYard(IPlatform platform, AdapterSites sites) : IAsyncDisposable
{
    private readonly Dictionary<string, IRunningAdapter> _running = new(StringComparer.Ordinal);

    /// <summary>Writes what the adapters' files refer to.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(sites.Folder);
        Directory.CreateDirectory(sites.WatchedFolder);
        await WriteSchemaAsync("division.json", cancellation);
        await WriteSchemaAsync("enterprise.json", cancellation);
        await WriteSecretAsync(AdapterFiles.RegisterSecret, sites.RegisterConnection, cancellation);
        await WriteSecretAsync(AdapterFiles.CentreSecret, sites.CentreConnection, cancellation);
        if (platform.RabbitMq is { } address) await WriteSecretAsync(AdapterFiles.BusSecret, address, cancellation);
    }

    public Task StartDivisionsAsync(CancellationToken cancellation) =>
        StartAsync("civil-affairs-divisions", AdapterFiles.Divisions(sites, platform.RabbitMq is not null), cancellation);

    public Task StartEnterprisesAsync(CancellationToken cancellation) =>
        StartAsync("market-regulation-register", AdapterFiles.Enterprises(sites, platform.RabbitMq is not null), cancellation);

    public Task StartEnterpriseSinkAsync(ClientCredentials client, CancellationToken cancellation) =>
        StartSinkAsync("service-centre-enterprises", client, MarketRegulation.Resource, cancellation);

    public Task StartDivisionSinkAsync(ClientCredentials client, CancellationToken cancellation) =>
        StartSinkAsync("service-centre-divisions", client, CivilAffairs.Resource, cancellation);

    /// <summary>An adapter that ended by itself ends the story with its reason.</summary>
    public void ThrowIfFailed()
    {
        foreach (var (name, adapter) in _running)
        {
            if (adapter.Completion.IsCompleted)
                throw new DemonstrationException($"{name}: {adapter.Completion.Exception?.GetBaseException().Message ?? "ended"} ({platform.Logs})");
        }
    }

    public async Task StopAsync()
    {
        await Task.WhenAll(_running.Values.Select(a => a.DisposeAsync().AsTask()));
        _running.Clear();
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    private async Task StartSinkAsync(string name, ClientCredentials client, string resource, CancellationToken cancellation)
    {
        await WriteSecretAsync(AdapterFiles.ClientSecret, client.Secret, cancellation);
        await StartAsync(name, AdapterFiles.Sink(name, platform.Gateway, client, resource), cancellation);
    }

    private async Task StartAsync(string name, string yaml, CancellationToken cancellation)
    {
        var file = Path.Combine(sites.Folder, name + ".yaml");
        await File.WriteAllTextAsync(file, yaml + "\n", cancellation);
        _running[name] = await platform.StartAdapterAsync(file, cancellation);
    }

    private async Task WriteSchemaAsync(string name, CancellationToken cancellation)
    {
        await using var schema = typeof(AdapterYard).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded.");
        await using var file = File.Create(Path.Combine(sites.Folder, name));
        await schema.CopyToAsync(file, cancellation);
    }

    private Task WriteSecretAsync(string name, string secret, CancellationToken cancellation) =>
        SecretText.WriteAsync(Path.Combine(sites.Folder, name), secret, cancellation);
}
