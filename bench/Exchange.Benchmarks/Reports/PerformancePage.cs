using System.Text;
using Exchange.Benchmarks.Measuring;

namespace Exchange.Benchmarks.Reports;

/// <summary>Rewrites the measured part of a performance page, between its markers; the words around it stay.</summary>
internal static class PerformancePage
{
    public const string Begin = "<!-- measured: begin -->";
    public const string End = "<!-- measured: end -->";

    public static async Task RewriteAsync(string file, string measured, CancellationToken cancellation)
    {
        var page = await File.ReadAllTextAsync(file, cancellation);
        await File.WriteAllTextAsync(file, Replace(page, measured), cancellation);
    }

    /// <exception cref="InvalidDataException">The page lacks a marker.</exception>
    public static string Replace(string page, string measured)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) throw new InvalidDataException($"The page has no part between {Begin} and {End}");
        return $"{page[..(begin + Begin.Length)]}\n{measured.TrimEnd()}\n{page[end..]}";
    }

    public static string Measured(IReadOnlyList<RowRecord> rows, bool chinese)
    {
        var text = new StringBuilder();
        text.AppendLine(chinese
            ? "| 项目 | 本系统 | 对照 | 单位 | 比值（中位数） | 范围 | 目标 | 结果 |"
            : "| row | measured | peer | unit | ratio (median) | spread | goal | |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var row in rows) text.AppendLine(Row(row, chinese));
        var runs = rows.GroupBy(r => r.Run).ToArray();
        foreach (var run in runs)
        {
            text.AppendLine();
            text.AppendLine(Run(run.Key, runs.Length == 1 ? null : [.. run.Select(r => Title(r, chinese))], chinese));
        }

        if (chinese) return text.ToString();
        text.AppendLine();
        foreach (var m in rows.Where(r => r.Missing is null).Select(r => r.ToMeasurement()))
            text.AppendLine($"* **{m.Promise.Name}** — {m.Promise.Ours}, against {m.Promise.Peer}. {Capital(m.Note)}");
        return text.ToString();
    }

    private static string Row(RowRecord row, bool chinese)
    {
        if (row.Missing is not null) return $"| {Title(row, chinese)} | | | | | | | {(chinese ? "未测：" : "not measured: ")}{row.Missing} |";
        var m = row.ToMeasurement();
        var verdict = m.IsMet == false ? $"**{ResultsTable.Verdict(m, chinese)}**" : ResultsTable.Verdict(m, chinese);
        return $"| {Title(row, chinese)} | {ResultsTable.Rate(m.Ours)} | {ResultsTable.Rate(m.Peer)} | {m.Promise.Unit} | {ResultsTable.Ratio(m.Ratio)} | " +
               $"{ResultsTable.Ratio(m.LowestRatio)}–{ResultsTable.Ratio(m.HighestRatio)} | {ResultsTable.Goal(m.Promise)} | {verdict} |";
    }

    /// <param name="only">The rows of this run, where the table holds rows of several.</param>
    private static string Run(RunRecord run, string[]? only, bool chinese)
    {
        var (machine, which) = (run.Machine, only is null ? "" : string.Join(chinese ? "、" : ", ", only) + (chinese ? "：" : ": "));
        var line = chinese
            ? $"环境：{which}{machine.Processor}，{machine.Cores} 核，{machine.MemoryGiB:F0} GiB 内存，{machine.System}，{machine.Runtime}；{run.Settings}；{run.Date}，开始前一分钟平均负载 {machine.Load}。"
            : $"Machine: {which}{machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB:F0} GiB, {machine.System}, {machine.Runtime}; {run.Settings}; {run.Date}, load average in the minute before: {machine.Load}.";
        if (!machine.IsBusy) return line;
        return line + "\n\n" + (chinese
            ? "**测量时机器正忙于其他工作：以上比值仅供参考，不作为结果。**"
            : "**The machine was busy with other work: these ratios are provisional and no result.**");
    }

    private static string Title(RowRecord row, bool chinese)
    {
        var promise = Benches.Promises.First(p => p.Name == row.Name);
        return chinese ? promise.TitleZh : promise.Name;
    }

    private static string Capital(string note) => note.Length == 0 ? note : char.ToUpperInvariant(note[0]) + note[1..] + (note.EndsWith('.') ? "" : ".");
}
