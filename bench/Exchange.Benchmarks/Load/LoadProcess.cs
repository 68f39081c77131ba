using System.Text.Json;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Load;

/// <summary>Runs the load generator in a process of its own.</summary>
internal static class LoadProcess
{
    /// <summary>Runs the plan.</summary>
    /// <param name="mostFailures">Share of requests that may fail.</param>
    /// <exception cref="BenchException">More requests failed.</exception>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, string folder, double mostFailures, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, $"load-{Guid.CreateVersion7():N}.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(plan), cancellation);
        try
        {
            var output = await ChildProcess.RunToEndAsync(ChildProcess.OfThisProgram("load", file), cancellation);
            var result = JsonSerializer.Deserialize<LoadResult>(output.AsSpan().Trim())!;
            if (result.Failures > mostFailures * (result.Requests + result.Failures)) throw new BenchException($"{result.Failures} of {result.Requests + result.Failures} requests failed: {result.FirstFailure}");
            return result;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
