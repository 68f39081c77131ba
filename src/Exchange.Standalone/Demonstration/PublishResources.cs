using System.Text.Json.Nodes;
using Exchange.Standalone.Departments;

namespace Exchange.Standalone.Demonstration;

/// <summary>Chapters 1 and 2: a CSV file in a watched folder, and a table in the bureau's own PostgreSQL.</summary>
internal static class PublishResources
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        stage.Narrator.Chapter(1, new("民政局发布行政区划（监视文件夹中的 GB18030 CSV 文件）", "Civil Affairs publishes the administrative divisions (a GB18030 CSV file in a watched folder)"));
        stage.Narrator.Chapter(2, new("市场监管局发布企业登记信息（本部门自有的 PostgreSQL）", "Market Regulation publishes the enterprise register (its own PostgreSQL)"));
        await stage.Adapters.PrepareAsync(cancellation);
        await stage.Adapters.StartDivisionsAsync(cancellation);
        await stage.Adapters.StartEnterprisesAsync(cancellation);
        stage.CivilAffairs.DropFirstFile();
        var divisions = stage.CivilAffairs.Divisions.Count;
        await stage.Narrator.WorkAsync(
            new Work(new($"行政区划 {divisions:N0} 行", $"{divisions:N0} divisions"), report => FollowAsync(stage, CivilAffairs.Resource, divisions, report, cancellation)),
            new Work(
                new($"企业登记 {stage.Options.Enterprises:N0} 行", $"{stage.Options.Enterprises:N0} enterprises"),
                report => FollowAsync(stage, MarketRegulation.Resource, stage.Options.Enterprises, report, cancellation)));
    }

    /// <summary>Follows a stream, as the bureau sees it, until the first snapshot is committed.</summary>
    private static async Task FollowAsync(Stage stage, string resource, int rows, Action<double> report, CancellationToken cancellation) =>
        await Waiting.UntilAsync(
            token => StreamStatusAsync(stage, resource, token),
            stream =>
            {
                if (stream is null) return false;
                report((double)stream.Rows / rows);
                return stream.Rows >= rows && !stream.InSnapshot;
            },
            Deadline, stage.Clock, cancellation);

    private static async Task<StreamView?> StreamStatusAsync(Stage stage, string resource, CancellationToken cancellation)
    {
        stage.Adapters.ThrowIfFailed();
        var answer = await stage.Bureau.ReadAsync("/v1/streams", cancellation);
        var items = answer is JsonArray array ? array : answer["items"]!.AsArray();
        var stream = items.FirstOrDefault(s => s!["resource"]!.GetValue<string>() == resource);
        if (stream is null) return null;
        if (stream["state"]!.GetValue<string>() == "held") throw new DemonstrationException($"{resource}: {stream.ToJsonString()}");
        return new StreamView(
            stream["rowsAccepted"]!.GetValue<long>() + stream["rowsQuarantined"]!.GetValue<long>(), stream["inSnapshot"]!.GetValue<bool>());
    }

    private sealed record StreamView(long Rows, bool InSnapshot);
}
