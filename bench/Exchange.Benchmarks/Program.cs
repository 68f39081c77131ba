using System.Runtime.InteropServices;
using Exchange.Benchmarks;
using Exchange.Benchmarks.Load;
using Exchange.Benchmarks.Peers;

using var interrupt = new CancellationTokenSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var pressed = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

return args switch
{
    ["load", var plan] => await LoadGenerator.MainAsync(plan, interrupt.Token),
    ["follow", var plan] => await Followers.MainAsync(plan, interrupt.Token),
    ["bare", var connection, var table] => await BareEndpoint.MainAsync(connection, table, interrupt.Token),
    _ => await BenchRun.MainAsync(args, interrupt.Token),
};

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupt.Cancel();
}
