using System.Diagnostics;
using System.Text.Json;
using Exchange.Benchmarks;
using Exchange.System.Tests.Faults;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.System.Tests.Bench;

/// <summary>One row, measured on a tiny table that is published for it: its ratio means nothing at this size.</summary>
[Trait("Cost", "Servers")]
public sealed class BenchTests
{
    private const string Row = "verification";

    [Fact]
    public async Task Run_OneRow_WritesIt() => Assert.Equal([Row], await TinyBench.RunAsync("--only", Row));
}

/// <summary>All of them.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class WholeBenchTests
{
    /// <summary>Rows whose peers are fetched by <c>./exchange bench</c> and may be absent here.</summary>
    private static readonly string[] Fetched = ["end to end, pgloader", "end to end, pglogical", "catch-up, pglogical", "catch-up, Bucardo", "look-up, PostGraphile"];

    [Fact]
    public async Task Run_TinyTable_WritesEveryRow() => Assert.Equal(Benches.Promises.Select(p => p.Name).Except(Fetched), (await TinyBench.RunAsync()).Except(Fetched));
}

internal static class TinyBench
{
    /// <returns>The names of the rows that it wrote.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(params string[] more)
    {
        var results = TestFolder.Create("bench");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = TestPaths.Root,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Exchange.Benchmarks.dll"), "--rows", "2000", "--pairs", "1", "--seconds", "1", "--results", results, "--language", "en", .. more,
        ];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(9));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        using var written = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(results, "latest.json")));
        Assert.All(written.RootElement.EnumerateArray(), row =>
        {
            Assert.InRange(row.GetProperty("ratio").GetDouble(), 0.001, 100_000);
            Assert.Contains(row.GetProperty("better").GetString(), new[] { "higher", "lower" });
        });
        return [.. written.RootElement.EnumerateArray().Select(r => r.GetProperty("name").GetString()!)];
    }
}
