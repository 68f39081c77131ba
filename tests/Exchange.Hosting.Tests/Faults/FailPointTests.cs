using System.Diagnostics;
using Exchange.Hosting.Faults;

namespace Exchange.Hosting.Tests.Faults;

public sealed class FailPointTests
{
    [Fact]
    public void Hit_NothingSet_DoesNothing()
    {
        FailPoint.Hit("anything");
        Assert.Null(FailPoint.Parse(null));
        Assert.Null(FailPoint.Parse(" "));
    }

    [Fact]
    public async Task Hit_SetToExit_ProcessDiesAtOnce()
    {
        // This test program again, in a process of its own, with the test above as its only test.
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(FailPointTests).Assembly.Location);
        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(FailPointTests).FullName}.{nameof(Hit_NothingSet_DoesNothing)}");
        start.Environment[FailPoint.Variable] = "anything=exit";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));

        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.True(process.ExitCode == FailPoint.ExitCode, $"exit code {process.ExitCode}: {await output}");
        Assert.Contains("failpoint anything: exit", await errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_SeveralRules_EachWithItsParts()
    {
        var rules = FailPoint.Parse("ingest.after-commit=exit:0.01; audit.before-flush=throw;x=pause:1:3")!;

        Assert.Equal(new("ingest.after-commit", FailPoint.FailAction.Exit, 0.01, 0), rules["ingest.after-commit"]);
        Assert.Equal(new("audit.before-flush", FailPoint.FailAction.Throw, 1, 0), rules["audit.before-flush"]);
        Assert.Equal(new("x", FailPoint.FailAction.Pause, 1, 3), rules["x"]);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("x=explode")]
    [InlineData("=exit")]
    [InlineData("x=exit:2")]
    [InlineData("x=exit:NaN")]
    [InlineData("x=exit:1:-1")]
    [InlineData("x=exit:1:1:1")]
    public void Parse_Malformed_Throws(string text) => Assert.Throws<FormatException>(() => FailPoint.Parse(text));

    [Fact]
    public void Strikes_WithSkip_NotBeforeIt()
    {
        var rule = FailPoint.Parse("x=throw:1:2")!["x"];

        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(_ => rule.Strikes()));
    }

    [Fact]
    public void Strikes_WithProbability_AboutThatOften()
    {
        var rule = FailPoint.Parse("x=throw:0.25")!["x"];

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => rule.Strikes()), 2_200, 2_800);
    }
}
