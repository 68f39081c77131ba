using Exchange.Standalone.Departments;
using Exchange.Standalone.Sample;

namespace Exchange.Standalone.Demonstration;

/// <summary>Chapter 5: a day's work at the register and a revised list arrive as exactly those changes.</summary>
internal static class FollowChanges
{
    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        stage.Narrator.Chapter(5, new(
            "来源发生变更：更新 1,000、新增 200、删除 50 家企业，并收到修订后的区划文件",
            "Changes at the source: 1,000 updates, 200 inserts, 50 deletes, and a revised list of divisions"));
        var changes = EnterpriseChanges.Plan(stage.MarketRegulation.Maker, stage.Options.Enterprises);
        await stage.MarketRegulation.ApplyAsync(changes, cancellation);
        stage.CivilAffairs.DropRevisedFile();

        var source = await stage.MarketRegulation.GrantedSliceAsync(cancellation);
        var revised = Fingerprint.Of(stage.CivilAffairs.Revision.All.Select(d => d.Canonical));
        await stage.Narrator.WorkAsync(
            new Work(new("企业变更到达使用方", "changes of enterprises reach the consumer"), _ => Arrival.AwaitAsync(stage, stage.ServiceCentre.EnterprisesAsync, source, cancellation)),
            new Work(new("区划变更到达使用方", "changes of divisions reach the consumer"), _ => Arrival.AwaitAsync(stage, stage.ServiceCentre.DivisionsAsync, revised, cancellation)));

        stage.Checks.Equal("changed.store", new("变更后授权切片：来源 = 库内", "granted slice after the changes: source = store"), source, await stage.Store.GrantedSliceAsync(cancellation));
        stage.Checks.Equal("changed.consumer", new("变更后授权切片：来源 = 使用方", "granted slice after the changes: source = consumer"), source, await stage.ServiceCentre.EnterprisesAsync(cancellation));
        stage.Checks.Equal("revised.consumer", new("修订后区划：文件 = 使用方", "revised divisions: file = consumer"), revised, await stage.ServiceCentre.DivisionsAsync(cancellation));
        await CheckEnterpriseFeedAsync(stage, changes, cancellation);
        await CheckDivisionFeedAsync(stage, cancellation);
    }

    private static async Task CheckEnterpriseFeedAsync(Stage stage, EnterpriseChanges changes, CancellationToken cancellation)
    {
        var feed = await ChangePages.ReadAsync(stage.RequireConsumer(), MarketRegulation.Resource, "uscc", stage.EnterpriseCursor!, cancellation);
        stage.EnterpriseCursor = feed.Cursor;
        stage.Checks.Equal(
            "feed.counts", new("企业变更流：迁出 = 删除，迁入 = 新增", "change feed of enterprises: moved out = delete, moved in = insert"),
            ChangePages.Summarize(changes.Expected.Values), feed.Summary());
        stage.Checks.Equal("feed.exact", new("逐条比对变更流（键与操作）：差异数", "change feed key by key: differences"), 0, Differences(changes.Expected, feed));

        var unseen = changes.Updated.Concat(changes.Inserted).Select(e => e.Uscc).Concat(changes.Deleted).Where(code => !changes.Expected.ContainsKey(code)).ToList();
        stage.Checks.Equal(
            "feed.silent", new($"其他城市及未授权字段的 {unseen.Count:N0} 处变更：变更流中出现的键数", $"{unseen.Count:N0} changes elsewhere or of hidden fields: keys seen in the feed"),
            0, unseen.Count(code => feed.Raw.Contains(code, StringComparison.Ordinal)));
    }

    private static async Task CheckDivisionFeedAsync(Stage stage, CancellationToken cancellation)
    {
        var revision = stage.CivilAffairs.Revision;
        var expected = revision.Renamed.Select(d => (d.Code, "update"))
            .Concat(revision.Removed.Select(d => (d.Code, "delete")))
            .Concat(revision.Added.Select(d => (d.Code, "insert")))
            .ToDictionary(c => c.Code, c => c.Item2, StringComparer.Ordinal);
        var feed = await ChangePages.ReadAsync(stage.RequireConsumer(), CivilAffairs.Resource, "code", stage.DivisionCursor!, cancellation);
        stage.Checks.Equal("revised.counts", new("区划变更流与已知差异一致", "change feed of divisions equals the known differences"), ChangePages.Summarize(expected.Values), feed.Summary());
        stage.Checks.Equal("revised.exact", new("逐条比对区划变更流：差异数", "change feed of divisions key by key: differences"), 0, Differences(expected, feed));
    }

    /// <summary>Keys that are missing, too many, or came with another operation or more than once.</summary>
    private static int Differences(IReadOnlyDictionary<string, string> expected, ChangePages feed)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var wrong = feed.Operations.Count(o => !seen.Add(o.Key) || !expected.TryGetValue(o.Key, out var operation) || operation != o.Operation);
        return wrong + expected.Keys.Count(key => !seen.Contains(key));
    }
}
