using Exchange.Catalog.Calendar;
using Exchange.Catalog.Database;
using Exchange.Catalog.Participants;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Database;
using Microsoft.Extensions.Hosting;

namespace Exchange.Catalog;

/// <summary>The verbs of the command line. Each answers with the exit status.</summary>
internal static class CatalogCommands
{
    public static async Task<int> MigrateAsync(string? config, CancellationToken cancellation)
    {
        await using var database = Open(config);
        return Report(await database.MigrateAsync(cancellation), applied => applied.Count == 0 ? "up to date" : string.Join('\n', applied.Select(m => $"V{m.Version:0000} {m.Name}")));
    }

    public static async Task<int> BootstrapAsync(string? config, string participant, string client, string secretFile, CancellationToken cancellation)
    {
        await using var database = Open(config);
        var secret = (await File.ReadAllTextAsync(secretFile, cancellation)).Trim();
        return Report(await Bootstrap.ExecuteAsync(participant, client, secret, database, TimeProvider.System, cancellation), c => c.ClientId);
    }

    public static async Task<int> ImportCalendarAsync(string? config, string file, CancellationToken cancellation)
    {
        await using var database = Open(config);
        var json = await File.ReadAllBytesAsync(file, cancellation);
        return Report(await ImportCalendar.ExecuteAsync(json, database, TimeProvider.System, cancellation), c => $"{c.Year}: {c.Days.Length}");
    }

    /// <summary>Serves until it is told to stop.</summary>
    public static async Task<int> RunAsync(string? config, CancellationToken cancellation)
    {
        var configuration = HostConfiguration.Load(config);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true }).UseExchangeDefaults(configuration);
        builder.Services.AddExchangeBus(configuration, new RequestHandlers().AddCatalogHandlers());
        builder.Services.AddCatalog(configuration);
        using var host = builder.Build();
        await host.RunAsync(cancellation);
        return RunHost.Success;
    }

    private static CatalogDatabase Open(string? config) =>
        CatalogDatabase.Open(HostConfiguration.Load(config).ReadOptions<DatabaseOptions>(CatalogSections.Database));

    private static int Report<T>(Result<T> result, Func<T, string> text)
    {
        if (!result.IsError)
        {
            Console.WriteLine(text(result.Value));
            return RunHost.Success;
        }

        foreach (var line in Lines(result.Error)) Console.Error.WriteLine(line);
        return RunHost.Failure;
    }

    private static IEnumerable<string> Lines(Error error) =>
    [
        error.Text(Language.Zh),
        error.Text(Language.En),
        .. error.Details.Select(d => $"{d.Pointer}: {d.Text(Language.Zh)} {d.Text(Language.En)}"),
    ];
}
