using System.Text.Json.Nodes;
using Exchange.Standalone.Departments;
using Exchange.Standalone.Sample;

namespace Exchange.Standalone.Demonstration;

/// <summary>The consumer at the gateway: a look-up, a verification, a read of everything, and questions that must not be answered.</summary>
internal static class UseGrant
{
    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        var consumer = stage.RequireConsumer();
        var inside = FindEnterprise(stage, EnterpriseMaker.InCity);
        var outside = FindEnterprise(stage, region => !EnterpriseMaker.InCity(region));
        await LookUpAsync(stage, consumer, inside, outside, cancellation);
        await VerifyAsync(stage, consumer, inside, cancellation);
        await AskForHiddenAsync(stage, consumer, cancellation);
        stage.EnterpriseCursor = await ReadAllAsync(stage, consumer, MarketRegulation.Resource, (await stage.MarketRegulation.GrantedSliceAsync(cancellation)).Rows, cancellation);
        stage.DivisionCursor = await ReadAllAsync(stage, consumer, CivilAffairs.Resource, stage.CivilAffairs.Divisions.Count, cancellation);
    }

    private static Enterprise FindEnterprise(Stage stage, Func<string?, bool> region) =>
        Enumerable.Range(0, stage.Options.Enterprises)
            .Where(i => EnterpriseBreaker.KindOf(i, stage.Options.Enterprises) is null)
            .Select(stage.MarketRegulation.Maker.Make)
            .First(e => region(e.Region) && e.LegalRepresentative!.Length == 2);

    private static async Task LookUpAsync(Stage stage, GatewayClient consumer, Enterprise inside, Enterprise outside, CancellationToken cancellation)
    {
        var found = await consumer.GetAsync($"/v1/data/{MarketRegulation.Resource}/{inside.Uscc}", cancellation);
        stage.Narrator.Quote($"GET /v1/data/{MarketRegulation.Resource}/{inside.Uscc} → {found.Text}");
        var masked = $"{inside.LegalRepresentative![0]}* {inside.ResidentId![0]}{new string('*', 16)}{inside.ResidentId[^1]}";
        stage.Checks.Equal(
            "lookup.masked", new("按代码查询一家企业：姓名与证件号已脱敏", "look-up of one enterprise: name and id are masked"),
            masked, $"{found.Body?["legal_rep"]} {found.Body?["id_no"]}");
        var elsewhere = await consumer.GetAsync($"/v1/data/{MarketRegulation.Resource}/{outside.Uscc}", cancellation);
        var absent = await consumer.GetAsync($"/v1/data/{MarketRegulation.Resource}/91330106MA00000000", cancellation);
        stage.Checks.Equal(
            "lookup.outside", new("授权城市以外的企业与不存在的企业无从区分", "an enterprise of another city cannot be told from one that does not exist"),
            $"{absent.Status} {absent.Problem}", $"{elsewhere.Status} {elsewhere.Problem}");
        stage.Checks.Equal("lookup.absent", new("不存在的企业", "an enterprise that does not exist"), 404, absent.Status);
    }

    private static async Task VerifyAsync(Stage stage, GatewayClient consumer, Enterprise enterprise, CancellationToken cancellation)
    {
        var right = await AskAsync(enterprise.LegalRepresentative!, enterprise.ResidentId!);
        var wrong = await AskAsync("张冠李戴", enterprise.ResidentId!);
        stage.Narrator.Quote($"POST /v1/verify/{MarketRegulation.Resource} → {right.Text}");
        stage.Checks.Equal("verify.match", new("核验姓名和证件号：一致", "verify name and id: match"), """{"match":true}""", right.Text);
        stage.Checks.Equal("verify.mismatch", new("核验错误的姓名：不一致，且不返回数据", "verify a wrong name: no match, and no data"), """{"match":false}""", wrong.Text);

        Task<GatewayAnswer> AskAsync(string name, string id) => consumer.PostAsync($"/v1/verify/{MarketRegulation.Resource}", new JsonObject
        {
            ["key"] = new JsonObject { ["uscc"] = enterprise.Uscc },
            ["match"] = new JsonObject { ["legal_rep"] = name, ["id_no"] = id },
        }, cancellation);
    }

    private static async Task AskForHiddenAsync(Stage stage, GatewayClient consumer, CancellationToken cancellation)
    {
        var hidden = await consumer.GetAsync($"/v1/data/{MarketRegulation.Resource}?select=phone", cancellation);
        var unknown = await consumer.GetAsync($"/v1/data/{MarketRegulation.Resource}?select=nosuchfield", cancellation);
        stage.Checks.Equal(
            "hidden.unknown", new("未授权字段与不存在的字段无从区分", "a field that is not granted cannot be told from one that does not exist"),
            $"{unknown.Status} {unknown.Problem}", $"{hidden.Status} {hidden.Problem}");
    }

    private static async Task<string?> ReadAllAsync(Stage stage, GatewayClient consumer, string resource, long expected, CancellationToken cancellation)
    {
        using var response = await consumer.OpenAsync($"/v1/data/{resource}", "application/x-ndjson", cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var lines = await CountLinesAsync(body, cancellation);
        stage.Checks.Equal($"{resource}.stream", new($"{resource}：NDJSON 全量流的行数", $"{resource}: lines of the full NDJSON stream"), expected, lines);
        return response.Headers.TryGetValues("Exchange-Cursor", out var cursor) ? cursor.First() : null;
    }

    private static async Task<long> CountLinesAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 16];
        var lines = 0L;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0) lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return lines;
    }
}
