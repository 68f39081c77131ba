using System.Diagnostics;
using System.Text;

namespace Exchange.Benchmarks.Platform;

/// <summary>A process of a built .NET program beside this one. Ends with this process, however that ends.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const string Setpriv = "/usr/bin/setpriv";

    private readonly Process _process;
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _output = new();
    private readonly Lock _gate = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _firstLine.TrySetException(new BenchException($"{Title(start)} ended before it wrote a line"));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The first line the process writes.</summary>
    public Task<string> FirstLine => _firstLine.Task;

    /// <summary>The last lines it wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_gate) return _output.ToString();
        }
    }

    public static ProcessStartInfo OfThisProgram(params string[] arguments) => OfProgram("Exchange.Benchmarks.dll", arguments);

    /// <summary>How to start a built program of this solution; its files lie beside this program's.</summary>
    public static ProcessStartInfo OfProgram(string assembly, params string[] arguments) => OfCommand(DotNet, [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]);

    /// <summary>How to start any program.</summary>
    public static ProcessStartInfo OfCommand(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        if (File.Exists(Setpriv))
        {
            start.FileName = Setpriv;
            start.ArgumentList.Add("--pdeathsig");
            start.ArgumentList.Add("KILL");
            start.ArgumentList.Add(program);
        }
        else
        {
            start.FileName = program;
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>How to start a program whose children outlive it: they end by a command of their own, or with the script's run.</summary>
    public static ProcessStartInfo OfDaemon(string program, string[] arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };

    public static async Task<ChildProcess> StartAsync(ProcessStartInfo start)
    {
        var child = new ChildProcess(start);
        await SpawnThread.StartAsync(child._process);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="BenchException">It ended with another status than 0.</exception>
    public static async Task<string> RunToEndAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = start };
        await SpawnThread.StartAsync(process);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0 ? await output : throw new BenchException($"{Title(start)} ended with {process.ExitCode}: {await errors}{await output}");
    }

    /// <summary>Waits until the process has ended and all that it wrote is in <see cref="Tail"/>.</summary>
    /// <exception cref="BenchException">It has not, or ended with another status than 0.</exception>
    public async Task EndAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(deadline);
        try
        {
            await _process.WaitForExitAsync(over.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchException($"{Title(_process.StartInfo)} has not ended after {deadline}: {Tail}");
        }

        if (_process.ExitCode != 0) throw new BenchException($"{Title(_process.StartInfo)} ended with {_process.ExitCode}: {Tail}");
    }

    /// <summary>Largest resident size since the last call of <see cref="ForgetPeak"/>, in bytes.</summary>
    public long PeakBytes()
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).Trim().TrimEnd("kB")) * 1024;
    }

    public void ForgetPeak() => File.WriteAllText($"/proc/{Id}/clear_refs", "5");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string Title(ProcessStartInfo start) => Path.GetFileName(
        start.ArgumentList.FirstOrDefault(a => a.EndsWith(".dll", StringComparison.Ordinal)) ?? start.ArgumentList.FirstOrDefault(a => a.StartsWith('/')) ?? start.FileName);

    private void Take(string? line)
    {
        if (line is null) return;
        _firstLine.TrySetResult(line);
        lock (_gate)
        {
            _output.AppendLine(line);
            if (_output.Length > 64 * 1024) _output.Remove(0, 32 * 1024);
        }
    }
}
