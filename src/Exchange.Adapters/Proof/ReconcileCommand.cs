using System.CommandLine;
using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Configuration;
using static Exchange.Adapters.CommandLine;

namespace Exchange.Adapters.Proof;

/// <summary><c>exchange-adapter reconcile FILE</c>: compares both sides, writes the report, and repairs where that is wanted.</summary>
internal static class ReconcileCommand
{
    /// <summary>The sides differ; the report says where.</summary>
    private const int Differ = 4;

    public static Command Make(Argument<string> file)
    {
        var repair = new Option<bool>("--repair") { Description = Say("补齐不一致的记录", "fill in again what differs") };
        var settle = new Option<string?>("--settle") { Description = Say("差异须保持多久才算数，如 30s", "how long a difference must stand to count, such as 30s") };
        var report = new Option<string?>("--report") { Description = Say("报告文件，默认在当前文件夹", "the report's file; by default in the current folder") };
        var command = new Command("reconcile", Say("核对两侧数据并出具报告", "compare both sides and write a report")) { file, repair, settle, report };
        command.SetAction((parsed, stop) =>
            RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(repair), parsed.GetValue(settle), parsed.GetValue(report), stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool repair, string? settle, string? path, CancellationToken stop)
    {
        var wait = TimeSpan.Zero;
        if (settle is not null && !DurationText.TryParse(settle, out wait))
            return await TellAsync("--settle", ErrorCodes.SettingInvalid.With(("setting", "--settle"), ("reason", "30s, 5m, 1h")));
        var loaded = await AdapterFile.LoadAsync(file, stop);
        if (loaded.IsError) return await TellAsync(file, loaded.Error);

        var options = new ReconcileOptions(repair, settle is null ? null : wait);
        var compared = loaded.Value switch
        {
            PublishingAdapter publishing => await AdapterHost.PublishAsync(publishing, (environment, until) => new SourceReconciliation(publishing, environment, options).RunAsync(until), stop),
            ReceivingAdapter receiving => await AdapterHost.ReceiveAsync(environment => new SinkReconciliation(receiving, environment, options).RunAsync(stop)),
            _ => throw new NotSupportedException(loaded.Value.GetType().Name),
        };
        if (compared.IsError) return await TellAsync(file, compared.Error, RunHost.Failure);
        var report = compared.Value;
        path ??= $"reconcile-{report.Adapter}-{report.Right.ReadAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.json";
        await report.SaveAsync(path, stop);
        await Console.Out.WriteLineAsync(Summary(report, path));
        return report.Verdict is ProofVerdict.Equal or ProofVerdict.Repaired ? RunHost.Success : Differ;
    }

    private static string Summary(ProofReport report, string path)
    {
        var verdict = report.Verdict switch
        {
            ProofVerdict.Equal => Say("一致", "equal"),
            ProofVerdict.Repaired => Say("不一致，已补齐", "different, and repaired"),
            ProofVerdict.Unsettled => Say("部分记录仍在变化，请稍后再核对", "some rows keep changing; compare again later"),
            _ => Say("不一致", "different"),
        };
        return Say(
            $"{report.Resource}：{verdict}。{report.Right.Name} {report.Right.Rows} 行，{report.Compared.Name} {report.Compared.Rows} 行，差异 {report.Differences.Count} 处，变化中 {report.MovingKeys} 处。{Left(report)}报告：{path}",
            $"{report.Resource}: {verdict}. {report.Right.Name} {report.Right.Rows} rows, {report.Compared.Name} {report.Compared.Rows} rows, {report.Differences.Count} differences, {report.MovingKeys} on their way. {Left(report)}Report: {path}");
    }

    /// <summary>What the run did not settle, and what to do about it.</summary>
    private static string Left(ProofReport report)
    {
        var remaining = report.Remaining.Count == 0 ? "" : Say($"补齐后仍有 {report.Remaining.Count} 处不一致。", $"{report.Remaining.Count} still differ after the repair. ");
        var ranges = report.RangesLeft == 0
            ? ""
            : Say(
                $"另有 {report.RangesLeft} 个主键范围不一致，未列出也未补齐；请用 --repair 再次运行。",
                $"{report.RangesLeft} more ranges of keys differ that are neither listed nor repaired; run again with --repair. ");
        return remaining + ranges;
    }
}
