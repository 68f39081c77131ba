using System.Text.Json.Nodes;

namespace Exchange.Standalone.Demonstration;

/// <summary>Chapter 7: every access has left its trace.</summary>
internal static class InspectAudit
{
    // The read that is looking at the log is itself on record, and not finished yet.
    private const string OwnOperation = "read_audit";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        stage.Narrator.Chapter(7, new("核对：每次访问都有开始与结束两条审计记录", "The audit log: each access has its start and its end on record"));
        await stage.Adapters.StopAsync();
        var entries = await Waiting.UntilAsync(
            token => ReadAllAsync(stage.Bureau, token), all => Unfinished(all) == 0, Deadline, stage.Clock, cancellation);

        var byRequest = entries.ToLookup(e => e.Request, StringComparer.Ordinal);
        var granted = stage.Journal.All.Where(a => a.Granted).ToList();
        stage.Checks.Equal(
            "audit.accesses", new("演示中获准的访问：恰有一条开始和一条结束记录", "accesses granted in this story: exactly one start and one end each"),
            granted.Count, granted.Count(a => Count(byRequest[a.RequestId], "access.started") == 1 && Count(byRequest[a.RequestId], "access.finished") == 1));
        var refused = stage.Journal.All.Where(a => !a.Granted).ToList();
        stage.Checks.Equal(
            "audit.refusals", new("演示中被拒绝或无结果的访问：均有记录", "accesses refused or without a result in this story: on record"),
            refused.Count, refused.Count(a => byRequest[a.RequestId].Any()));
        stage.Checks.Equal("audit.unfinished", new("全部审计记录：有开始而无结束的访问数（含适配器的访问）", "whole audit log, adapters included: accesses started and not finished"), 0, Unfinished(entries));
        stage.Checks.Equal("audit.gaps", new("审计序号连续：缺号数", "the log's index is gap-free: gaps"), 0, Gaps(entries));
        stage.Narrator.Say(new($"审计记录共 {entries.Count:N0} 条。", $"{entries.Count:N0} entries in the audit log."));
    }

    private static async Task<List<Entry>> ReadAllAsync(GatewayClient bureau, CancellationToken cancellation)
    {
        var entries = new List<Entry>();
        var path = "/v1/audit?limit=1000";
        while (true)
        {
            var page = await bureau.ReadAsync(path, cancellation);
            var items = page["items"]!.AsArray();
            entries.AddRange(items.Select(i => new Entry(i!["index"]!.GetValue<long>(), i["kind"]!.GetValue<string>(), i["request"]!.GetValue<string>(), i["operation"]!.GetValue<string>())));
            if (items.Count == 0 || page["next"] is not JsonValue next) return entries;
            path = $"/v1/audit?limit=1000&after={Uri.EscapeDataString(next.ToString())}";
        }
    }

    private static int Unfinished(IReadOnlyCollection<Entry> entries)
    {
        var ended = entries.Where(e => e.Kind == "access.finished").Select(e => e.Request).ToHashSet(StringComparer.Ordinal);
        return entries.Count(e => e.Kind == "access.started" && e.Operation != OwnOperation && !ended.Contains(e.Request));
    }

    private static int Gaps(IReadOnlyCollection<Entry> entries) =>
        entries.Select(e => e.Index).Order().Zip(Enumerable.Range(0, entries.Count)).Count(pair => pair.First != pair.Second);

    private static int Count(IEnumerable<Entry> entries, string kind) => entries.Count(e => e.Kind == kind);

    private sealed record Entry(long Index, string Kind, string Request, string Operation);
}
