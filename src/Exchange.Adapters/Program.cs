using System.CommandLine;
using Exchange.Adapters;
using Exchange.Hosting.Configuration;

return await RunHost.VerbAsync(stop => CommandLine.Root().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, stop));
