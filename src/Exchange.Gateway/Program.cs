using System.Reflection;
using Exchange.Gateway;
using Exchange.Gateway.Database;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Database;

// exchange-gateway [--config FILE.json] migrate [--plan] | run
var at = Array.IndexOf(args, "--config");
var configuration = HostConfiguration.Load(at >= 0 && at + 1 < args.Length ? args[at + 1] : null);
var verb = args.Where((_, i) => at < 0 || (i != at && i != at + 1)).FirstOrDefault();
return await RunHost.VerbAsync(async stop => verb switch
{
    "migrate" => await MigrateAsync(args.Contains("--plan", StringComparer.Ordinal), stop),
    "run" => await ServeAsync(stop),
    _ => Usage(),
});

async Task<int> MigrateAsync(bool onlyPlan, CancellationToken stop)
{
    await using var database = DatabaseFactory.Create(configuration.ReadOptions<DatabaseOptions>(GatewayDatabase.Section), "exchange-gateway-migrate");
    var set = MigrationSet.FromAssembly(Assembly.GetExecutingAssembly(), "audit");
    var result = onlyPlan ? await Migrator.PlanAsync(database, set, stop) : await Migrator.ApplyAsync(database, set, stop);
    if (result.IsError)
    {
        await Console.Error.WriteLineAsync(result.Error.ToString());
        return RunHost.Failure;
    }

    foreach (var migration in result.Value) Console.WriteLine($"V{migration.Version:0000} {migration.Name}");
    return RunHost.Success;
}

async Task<int> ServeAsync(CancellationToken stop)
{
    // Nothing of this host lies in its working directory; the slim builder would watch every file below it, which may be a database.
    var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }).UseExchangeDefaults(configuration);
    builder.WebHost.UseKestrelCore();
    builder.Services.AddRoutingCore();
    builder.Services.AddExchangeBus(configuration, new RequestHandlers());
    builder.Services.AddGateway(configuration);
    await using var app = builder.Build();
    app.Urls.Add(configuration["Gateway:Listen"] ?? GatewayOptions.DefaultListen);
    app.MapGateway();
    await app.RunAsync(stop);
    return RunHost.Success;
}

static int Usage()
{
    Console.Error.WriteLine("用法 / usage: exchange-gateway [--config FILE.json] migrate [--plan] | run");
    return RunHost.Misconfigured;
}
