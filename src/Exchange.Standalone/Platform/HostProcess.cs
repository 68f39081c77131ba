using Exchange.Hosting.Embedded;

namespace Exchange.Standalone.Platform;

/// <summary>One of the exchange's programs, as a process of its own: its output goes to a log file and it ends when this process does.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly ServerCommand _command;
    private ServerProcess _process;
    private bool _stopping;

    private HostProcess(ServerCommand command, ServerProcess process)
    {
        (_command, _process) = (command, process);
        Completion = WatchAsync();
    }

    public int ProcessId => _process.Id;

    /// <summary>Ends with the process; fails where nobody asked it to end.</summary>
    public Task Completion { get; private set; }

    /// <param name="program">Name of the program in this program's folder.</param>
    public static async Task<HostProcess> StartAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string> environment, string logFile)
    {
        var command = Command(program, arguments, environment, logFile);
        return new HostProcess(command, await ServerProcess.StartAsync(command));
    }

    /// <summary>Runs a program to its end; fails with the last of its output where it did not succeed.</summary>
    public static async Task RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> environment, string logFile)
    {
        await using var process = await ServerProcess.StartAsync(Command(program, arguments, environment, logFile));
        var ended = await process.WaitForExitAsync(TimeSpan.FromMinutes(2));
        if (!ended || process.ExitCode != 0) throw new InvalidOperationException($"{program} {arguments[0]}: {process.Tail}");
    }

    /// <summary>Ends it with SIGKILL, as a crash would.</summary>
    public async Task KillAsync()
    {
        _stopping = true;
        await _process.KillAsync();
        await Completion;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>, with the same arguments.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _stopping = false;
        _process = await ServerProcess.StartAsync(_command);
        Completion = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _process.Signal(Signals.Terminate);
        if (!await _process.WaitForExitAsync(StopTimeout)) await _process.KillAsync();
        await _process.DisposeAsync();
    }

    private async Task WatchAsync()
    {
        var process = _process;
        await process.WaitForExitAsync(Timeout.InfiniteTimeSpan);
        if (!_stopping) throw new InvalidOperationException($"{Path.GetFileName(_command.Program)} ended with {process.ExitCode}: {process.Tail}");
    }

    private static ServerCommand Command(string program, string[] arguments, IReadOnlyDictionary<string, string> environment, string logFile)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        var variables = new Dictionary<string, string>(environment, StringComparer.Ordinal) { ["MASSTRANSIT_USAGE_TELEMETRY"] = "false", ["DOTNET_NOLOGO"] = "1" };
        foreach (var inherited in (string[])["HOME", "DOTNET_ROOT", "EXCHANGE_FAILPOINTS"])
        {
            if (Environment.GetEnvironmentVariable(inherited) is { Length: > 0 } value) variables.TryAdd(inherited, value);
        }

        return new ServerCommand(Path.Combine(AppContext.BaseDirectory, program), arguments, AppContext.BaseDirectory, logFile)
        {
            RunAs = RunAs.Self,
            Environment = variables,
        };
    }
}
