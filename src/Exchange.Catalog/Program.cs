using Exchange.Catalog;
using Exchange.Hosting.Configuration;

if (CatalogArguments.Read(args) is not { } arguments)
{
    await Console.Error.WriteLineAsync(CatalogArguments.Usage);
    return RunHost.Misconfigured;
}

return await RunHost.VerbAsync(stop => arguments.Verb switch
{
    "migrate" => CatalogCommands.MigrateAsync(arguments.Config, stop),
    "bootstrap" => CatalogCommands.BootstrapAsync(
        arguments.Config, arguments.Options["participant"], arguments.Options["client"], arguments.Options["secret-file"], stop),
    "calendar-import" => CatalogCommands.ImportCalendarAsync(arguments.Config, arguments.Operands[0], stop),
    _ => CatalogCommands.RunAsync(arguments.Config, stop),
});
