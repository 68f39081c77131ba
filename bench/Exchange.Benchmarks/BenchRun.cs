using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Curves;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Reports;
using Exchange.Testing;
using Spectre.Console;

namespace Exchange.Benchmarks;

/// <summary>Measures the chosen rows one after the other, prints the table and writes the results.</summary>
internal static class BenchRun
{
    private const int Failed = 1;
    private const int WrongUse = 2;
    private const int TableWidth = 140;
    private const double Quiet = 0.5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    public static async Task<int> MainAsync(string[] arguments, CancellationToken cancellation)
    {
        if (BenchOptions.Parse(arguments, out var problem) is not { } options) return Refuse(problem!);
        var rows = options.Only is null ? [.. Benches.Promises] : Benches.Named(options.Only);
        var curves = options.Only is null ? AllCurves.All : AllCurves.Named(options.Only);
        if (rows.Count + curves.Count == 0)
            return Refuse($"--only {options.Only} ({string.Join("; ", Benches.Promises.Select(p => p.Name).Concat(AllCurves.All.Select(c => c.FullName)))})");
        try
        {
            await RunAsync(options, rows, curves, cancellation);
            return 0;
        }
        catch (BenchException fault)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{fault.Message}[/]");
            return Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            AnsiConsole.MarkupLine(options.Chinese ? "[yellow]已中断[/]" : "[yellow]interrupted[/]");
            return Failed;
        }
    }

    private static async Task RunAsync(BenchOptions options, IReadOnlyList<Promise> chosen, IReadOnlyList<Curve> curves, CancellationToken cancellation)
    {
        if (IsKept(options) && options.Results is null) await QuietAsync(options, cancellation);
        var machine = Machine.Describe();
        var watch = Stopwatch.StartNew();
        AnsiConsole.MarkupLineInterpolated($"{machine.Processor}, {machine.Cores} × CPU, {machine.MemoryGiB:F0} GiB, {machine.System}, {machine.Runtime}, load {machine.Load}");
        var measurements = new List<Measurement>();
        var drawn = new List<(Curve Curve, CurvePoints Points)>();
        IReadOnlyList<Missing> missing;
        RunRecord run;
        await using (var bench = new Workbench(options))
        {
            foreach (var row in Benches.All)
            {
                if (row.Promises.Where(chosen.Contains).ToArray() is not { Length: > 0 } wanted) continue;
                measurements.AddRange(await row.MeasureAsync(bench, wanted, cancellation));
                // Kept at once: a run lasts long, and a later row may fail.
                await KeepAsync(options, Run(machine, bench), measurements, bench.Missing, whole: false, cancellation);
            }

            foreach (var curve in curves) drawn.Add((curve, await curve.MeasureAsync(bench, cancellation)));
            (run, missing) = (Run(machine, bench), bench.Missing);
        }

        // Where the output is no terminal its width is unknown; the table needs this much.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = TableWidth;
        if (measurements.Count + missing.Count > 0) ResultsTable.Print(measurements, missing, options.Chinese);
        AnsiConsole.MarkupLineInterpolated($"[grey]{watch.Elapsed:h\\:mm\\:ss}[/]");
        if (!IsKept(options)) return;
        // Only a run that came to its end may forget what an earlier one measured.
        if (options.Only is null) await KeepAsync(options, run, measurements, missing, whole: true, cancellation);
        await CurveFiles.WriteAsync(
            Results(options), options.Results ?? TestPaths.InRepository("docs", "images"), [.. drawn.Select(d => new CurveRecord(d.Curve.Name, run, d.Points.Series, d.Points.Note))], cancellation);
    }

    /// <summary>What is committed is measured on a quiet machine: the bench may just have been built. Where it stays busy, the results say so.</summary>
    private static async Task QuietAsync(BenchOptions options, CancellationToken cancellation)
    {
        if (Machine.LoadAverage() <= Quiet) return;
        AnsiConsole.MarkupLine(options.Chinese ? "[grey]等待机器空闲[/]" : "[grey]waiting for the machine to be quiet[/]");
        var watch = Stopwatch.StartNew();
        while (Machine.LoadAverage() > Quiet && watch.Elapsed < Patience) await Task.Delay(Look, cancellation);
    }

    private static RunRecord Run(Machine machine, Workbench bench) =>
        new(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine, bench.Settings);

    /// <summary>A run of some rows is shown and not kept, unless it was asked to be.</summary>
    private static bool IsKept(BenchOptions options) => options.Only is null || options.Save || options.Results is not null;

    private static string Results(BenchOptions options) => options.Results ?? TestPaths.InRepository("bench", "results");

    private static async Task KeepAsync(
        BenchOptions options, RunRecord run, IReadOnlyList<Measurement> measurements, IReadOnlyList<Missing> missing, bool whole, CancellationToken cancellation)
    {
        if (!IsKept(options)) return;
        RowRecord[] measured = [.. measurements.Select(m => RowRecord.Of(m, run)), .. missing.Select(m => RowRecord.Of(m, run))];
        var rows = await ResultsFile.WriteAsync(Results(options), measured, whole, cancellation);
        if (options.Results is not null) return;
        await PerformancePage.RewriteAsync(TestPaths.InRepository("docs", "performance.md"), PerformancePage.Measured(rows, chinese: false), cancellation);
        await PerformancePage.RewriteAsync(TestPaths.InRepository("docs", "performance.zh-CN.md"), PerformancePage.Measured(rows, chinese: true), cancellation);
    }

    private static int Refuse(string problem)
    {
        Console.Error.WriteLine($"? {problem}\n{BenchOptions.Usage}");
        return WrongUse;
    }
}
