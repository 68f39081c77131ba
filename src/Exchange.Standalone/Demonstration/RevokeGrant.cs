using System.Text.Json.Nodes;
using Exchange.Standalone.Departments;

namespace Exchange.Standalone.Demonstration;

/// <summary>Chapter 6: the grant is revoked while a stream and a long poll are open. Times count from the moment that the catalogue records as that of the revocation.</summary>
internal static class RevokeGrant
{
    public const string Reason = "专项工作结束";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        stage.Narrator.Chapter(6, new("撤销授权：正在进行的流、长轮询和下一次读取都在一秒内停止", "The grant is revoked: an open stream, a long poll and the next read stop within a second"));
        var consumer = stage.RequireConsumer();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var narrow = NarrowClient.Create(stage.Platform.Gateway);
        var reader = new GatewayClient(narrow, consumer.Credentials, stage.Narrator.Language, stage.Journal, stage.Clock) { Purpose = consumer.Purpose };
        using var response = await reader.OpenAsync($"/v1/data/{MarketRegulation.Resource}", "application/x-ndjson", limit.Token);
        await using var stream = new OpenStream(await response.Content.ReadAsStreamAsync(limit.Token), stage.Clock);
        await stream.ReadFirstAsync(limit.Token);
        var poll = PollAsync(stage, consumer, limit.Token);
        var reading = ReadOnAsync(stage, stream, limit.Token);
        stage.Narrator.Say(new($"打开的流已读 {stream.Lines:N0} 行；长轮询等待中。", $"the open stream has given {stream.Lines:N0} lines; the long poll waits."));

        await stage.Bureau.DeleteAsync($"/v1/grants/{stage.EnterpriseGrant}?reason={Uri.EscapeDataString(Reason)}", limit.Token);
        stream.Hurry();
        var refused = NextReadAsync(stage, consumer, limit.Token);
        var streamEnd = await reading;
        var (pollEnd, pollAnswer) = await poll;
        var (readEnd, readAnswer) = await refused;

        var revoked = await RevokedAtAsync(stage, cancellation);
        var rows = (await stage.MarketRegulation.GrantedSliceAsync(cancellation)).Rows;
        WithinLimit(stage, "revoke.read", new("下一次读取被拒绝，并说明原因", "the next read is refused, with the reason"), readEnd - revoked, readAnswer.Problem, readAnswer.Text);
        WithinLimit(stage, "revoke.poll", new("长轮询被终止，并说明原因", "the long poll stops, with the reason"), pollEnd - revoked, pollAnswer.Problem, pollAnswer.Text);
        WithinLimit(stage, "revoke.stream", new("打开的流被切断，末行说明原因", "the open stream is cut; its last line tells the reason"), streamEnd - revoked, NameOf(stream.Problem), stream.LastLine);
        stage.Checks.Holds(
            "revoke.rows", new("流被切断时尚未送完", "the stream was cut before its end"), $"< {rows:N0}", $"{stream.Lines:N0}", stream.Lines < rows);
        stage.Narrator.Quote(stream.LastLine);
    }

    private static void WithinLimit(Stage stage, string name, Bilingual title, TimeSpan after, string? problem, string text) =>
        stage.Checks.Holds(
            name, title, $"grant_revoked < {Limit.TotalMilliseconds:N0} ms", $"{problem} {after.TotalMilliseconds:N0} ms",
            after < Limit && problem == "grant_revoked" && text.Contains(Reason, StringComparison.Ordinal));

    private static string? NameOf(JsonNode? problem) => problem?["type"]?.GetValue<string>().Split('/')[^1];

    private static async Task<DateTimeOffset> RevokedAtAsync(Stage stage, CancellationToken cancellation)
    {
        var grant = await stage.Bureau.ReadAsync($"/v1/grants/{stage.EnterpriseGrant}", cancellation);
        return DateTimeOffset.Parse(grant["revokedAt"]!.GetValue<string>());
    }

    private static async Task<DateTimeOffset> ReadOnAsync(Stage stage, OpenStream stream, CancellationToken cancellation)
    {
        await stream.ReadToEndAsync(cancellation);
        return stage.Clock.GetUtcNow();
    }

    private static async Task<(DateTimeOffset, GatewayAnswer)> PollAsync(Stage stage, GatewayClient consumer, CancellationToken cancellation)
    {
        var answer = await consumer.GetAsync($"/v1/changes/{MarketRegulation.Resource}?after={Uri.EscapeDataString(stage.EnterpriseCursor!)}&wait=30", cancellation);
        return (stage.Clock.GetUtcNow(), answer);
    }

    private static async Task<(DateTimeOffset, GatewayAnswer)> NextReadAsync(Stage stage, GatewayClient consumer, CancellationToken cancellation)
    {
        var since = stage.Clock.GetUtcNow();
        while (true)
        {
            var answer = await consumer.GetAsync($"/v1/data/{MarketRegulation.Resource}?limit=1", cancellation);
            var now = stage.Clock.GetUtcNow();
            if (answer.Status != 200 || now - since > Deadline) return (now, answer);
        }
    }
}
