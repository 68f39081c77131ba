using System.Diagnostics;
using System.Text;

namespace Exchange.Hosting.Embedded;

/// <summary>A program to start: what, with which arguments and environment, and where its output goes.</summary>
internal sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments, string Folder, string LogFile)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Who runs it.</summary>
    public required RunAs RunAs { get; init; }

    /// <summary>Signal the kernel sends to the program when this process dies.</summary>
    public string DeathSignal { get; init; } = "KILL";
}

/// <summary>A child process of ours: its output goes to a log file, and it is told when this process dies, however it dies.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int TailLines = 40;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Queue<string> _tail = new();
    private readonly Lock _gate = new();
    private bool _logClosed;

    private ServerProcess(Process process, StreamWriter log)
    {
        _process = process;
        _log = log;
        Id = process.Id;
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>True once it has ended; then all that it wrote has been read, so far as no descendant keeps the pipe open.</summary>
    public async Task<bool> HasEndedAsync()
    {
        if (!_process.HasExited)
            return false;
        await WaitForExitAsync(s_lastWords);
        return true;
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines it wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _tail);
        }
    }

    public static async Task<ServerProcess> StartAsync(ServerCommand command)
    {
        var (program, arguments) = command.RunAs.Wrap(command.DeathSignal, command.Program, command.Arguments);
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = command.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        info.Environment.Clear();
        info.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";
        info.Environment["LC_ALL"] = "C.UTF-8";
        info.Environment["TZ"] = "UTC";
        // By this mark the script ends what it started.
        if (Environment.GetEnvironmentVariable("EXCHANGE_RUN") is { } run)
            info.Environment["EXCHANGE_RUN"] = run;
        foreach (var (name, value) in command.Environment)
            info.Environment[name] = value;

        var log = new StreamWriter(command.LogFile, append: true) { AutoFlush = true };
        var process = await SpawnThread.RunAsync(() => Process.Start(info)!);
        var server = new ServerProcess(process, log);
        process.OutputDataReceived += server.OnLine;
        process.ErrorDataReceived += server.OnLine;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return server;
    }

    /// <summary>Sends a signal; a process that has ended already is left alone.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited)
            Signals.Send(Id, signal);
    }

    /// <summary>Waits for the end of the process; false when the time is up.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan time)
    {
        try
        {
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Ends the process and all its descendants with SIGKILL, as a crash of the machine's process table would, and waits until they are gone.</summary>
    public async Task KillAsync()
    {
        var descendants = ProcessTree.Descendants(Id);
        Signal(Signals.Kill);
        foreach (var descendant in descendants)
            Signals.Send(descendant.Id, Signals.Kill, descendant);
        await _process.WaitForExitAsync(CancellationToken.None);
        await ProcessTree.GoneAsync(descendants, TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        lock (_gate)
            _logClosed = true;
        await _log.DisposeAsync();
    }

    private void OnLine(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null)
            return;
        lock (_gate)
        {
            _tail.Enqueue(e.Data);
            if (_tail.Count > TailLines)
                _tail.Dequeue();
            if (!_logClosed)
                _log.WriteLine(e.Data);
        }
    }
}
