using System.Globalization;
using Exchange.Benchmarks.Measuring;
using Spectre.Console;

namespace Exchange.Benchmarks.Reports;

/// <summary>The table printed at the end.</summary>
internal static class ResultsTable
{
    private static readonly string[] English = ["row", "measured", "peer", "unit", "ratio", "spread", "goal", ""];
    private static readonly string[] Chinese = ["项目", "本系统", "对照", "单位", "比值", "范围", "目标", ""];

    public static void Print(IReadOnlyList<Measurement> measurements, IReadOnlyList<Missing> missing, bool chinese)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var title in chinese ? Chinese : English) table.AddColumn(new TableColumn(title).NoWrap());
        foreach (var m in measurements)
        {
            table.AddRow(
                chinese ? m.Promise.TitleZh : m.Promise.Name, Rate(m.Ours), Rate(m.Peer), m.Promise.Unit, Ratio(m.Ratio),
                $"{Ratio(m.LowestRatio)}–{Ratio(m.HighestRatio)}", Goal(m.Promise), Coloured(m, chinese));
        }

        AnsiConsole.Write(table);
        foreach (var m in measurements) AnsiConsole.MarkupLineInterpolated($"[grey]{(chinese ? m.Promise.TitleZh : m.Promise.Name)}: {m.Note}[/]");
        foreach (var m in missing)
            AnsiConsole.MarkupLineInterpolated($"[yellow]{(chinese ? $"{m.Promise.TitleZh}：未测，{m.Reason}" : $"{m.Promise.Name}: not measured, {m.Reason}")}[/]");
    }

    public static string Rate(double rate) => rate.ToString(rate < 1000 ? "N1" : "N0", CultureInfo.InvariantCulture);

    public static string Ratio(double ratio) => ratio.ToString(ratio < 10 ? "F2" : "F1", CultureInfo.InvariantCulture);

    public static string Goal(Promise promise) => promise.Goal is { } goal ? $"{(promise.LowerIsBetter ? '≤' : '≥')} {Ratio(goal)}" : "–";

    public static string Verdict(Measurement m, bool chinese) => (m.IsMet, chinese) switch
    {
        (true, true) => "达标",
        (true, false) => "met",
        (false, true) => "未达标",
        (false, false) => "missed",
        _ => "",
    };

    /// <summary>The spread as the beginning of a note.</summary>
    public static string Spread(Measurement m) =>
        string.Create(CultureInfo.InvariantCulture, $"median of {m.Pairs.Count} alternations, {Ratio(m.LowestRatio)} to {Ratio(m.HighestRatio)}; medians {Rate(m.Ours)} against {Rate(m.Peer)} {m.Promise.Unit}; ");

    private static string Coloured(Measurement m, bool chinese) =>
        m.IsMet is { } met ? $"[{(met ? "green" : "red")}]{Verdict(m, chinese)}[/]" : "";
}
