using System.Diagnostics;

namespace Exchange.Catalog.Tests.Kit;

/// <summary>The service's own executable as a process; killed on disposal.</summary>
internal sealed class CatalogProcess : IAsyncDisposable
{
    private readonly Process _process;

    private CatalogProcess(Process process) => _process = process;

    /// <param name="settings">Environment variables of the process.</param>
    public static CatalogProcess Start(IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "Exchange.Catalog.dll"))) start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return new CatalogProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the end and answers with exit code, standard output and standard error.</summary>
    public async Task<(int ExitCode, string Output, string Error)> EndAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var output = _process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = _process.StandardError.ReadToEndAsync(deadline.Token);
        await _process.WaitForExitAsync(deadline.Token);
        return (_process.ExitCode, await output, await error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
