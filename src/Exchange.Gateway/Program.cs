using System.Reflection;
using Exchange.Gateway;
using Exchange.Gateway.Database;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Database;
using Exchange.Hosting.Telemetry;

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
    var builder = WebApplication.CreateSlimBuilder();
    builder.Configuration.Sources.Clear();
    builder.Configuration.AddConfiguration(configuration);
    builder.Logging.AddExchangeLogging();
    builder.Host.UseDefaultServiceProvider(options => (options.ValidateScopes, options.ValidateOnBuild) = (true, true));
    builder.WebHost.UseUrls(configuration["Gateway:Listen"] ?? GatewayOptions.DefaultListen);
    builder.Services.AddExchangeBus(configuration, new RequestHandlers());
    builder.Services.AddGateway(configuration);
    await using var app = builder.Build();
    app.MapGateway();
    await app.RunAsync(stop);
    return RunHost.Success;
}

static int Usage()
{
    Console.Error.WriteLine("用法 / usage: exchange-gateway [--config FILE.json] migrate [--plan] | run");
    return RunHost.Misconfigured;
}
