using System.Diagnostics;
using System.Text.Json.Nodes;
using Exchange.System.Tests.Faults;

namespace Exchange.System.Tests.Proof;

/// <summary>A verb of <c>exchange-adapter</c> run to its end as a process.</summary>
internal static class AdapterVerb
{
    public static async Task<(int Exit, string Output)> RunAsync(FaultBench bench, CancellationToken cancellation, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "exchange-adapter.dll"), .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = bench.Files, Environment = { ["LANG"] = "C.UTF-8" },
        };
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeSpan.FromMinutes(5));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Compares and reads the report.</summary>
    public static async Task<(int Exit, JsonNode Report, string Output)> ReconcileAsync(FaultBench bench, string adapter, CancellationToken cancellation, params string[] more)
    {
        var report = Path.Combine(bench.Files, $"report-{Guid.CreateVersion7():n}.json");
        var (exit, output) = await RunAsync(bench, cancellation, ["reconcile", $"{adapter}.yaml", "--settle", "100ms", "--report", report, .. more]);
        if (!File.Exists(report)) throw new InvalidOperationException($"exchange-adapter ended with {exit}: {output}");
        return (exit, JsonNode.Parse(await File.ReadAllTextAsync(report, cancellation))!, output);
    }
}
