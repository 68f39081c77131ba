using System.Net;
using Exchange.Gateway.Tests.Kit;
using Exchange.Testing;

namespace Exchange.Gateway.Tests.Records;

[Trait("Cost", "Servers")]
public sealed class SnapshotStreamTests
{
    [Fact]
    public async Task Csv_WithTextASpreadsheetWouldRun_GuardsItAndLeavesNumbers()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 6);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, [("uscc", null), ("name", null), ("reg_capital", null)]);
        await node.Catalogue.ExecuteAsync("""
            UPDATE store.enterprise SET reg_capital = -1, name = (ARRAY['=1+1', '+1', '-1', '@x', E'\tx', 'a,"b"'])[right(uscc, 1)::int]
            """);
        using var client = await node.ClientAsync("service");
        client.DefaultRequestHeaders.Accept.ParseAdd("text/csv");

        var csv = await client.GetStringAsync("/v1/data/enterprise?order=uscc");

        Assert.Equal("uscc,name,reg_capital\r\nE000001,'=1+1,-1\r\nE000002,'+1,-1\r\nE000003,'-1,-1\r\nE000004,'@x,-1\r\nE000005,\"'\tx\",-1\r\nE000006,\"a,\"\"b\"\"\",-1\r\n", csv);
    }

    [Fact]
    public async Task Slice_OfAGrantWithARowFilter_HoldsItsRowsInEveryFormat()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 1_000);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted, "region_code=like.33*&status=in.(1,3)");
        using var client = await node.ClientAsync("service");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/x-ndjson");

        var lines = (await client.GetStringAsync("/v1/data/enterprise")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(await node.Database.ScalarAsync<long>("SELECT count(*) FROM store.enterprise WHERE region_code LIKE '33%' AND status IN (1, 3)"), lines.Length);
        Assert.All(lines, line => Assert.Contains("\"region_code\":\"330102\"", line, StringComparison.Ordinal));
        using var json = await node.ClientAsync("service");
        Assert.Equal(HttpStatusCode.NotFound, (await json.GetAsync("/v1/data/enterprise/E000001")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await json.GetAsync("/v1/data/enterprise/E000002")).StatusCode);
    }

    [Fact]
    public async Task Rows_FedToCopy_AreTheSameTable()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 3_000);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, [("uscc", null), ("name", null), ("reg_capital", null), ("updated_at", null)]);
        using var client = await node.ClientAsync("service");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.exchange.rows");

        using var response = await client.GetAsync("/v1/data/enterprise");
        Assert.Equal("uscc:text,name:text,reg_capital:numeric,updated_at:timestamp with time zone", response.Headers.GetValues("Exchange-Columns").Single());
        await node.Database.ExecuteAsync("CREATE TABLE landed (uscc text, name text, reg_capital numeric, updated_at timestamptz)");
        await using (var connection = new Npgsql.NpgsqlConnection(node.Database.SuperuserConnection))
        {
            await connection.OpenAsync();
            await using var copy = await connection.BeginRawBinaryCopyAsync("COPY landed FROM STDIN (FORMAT binary)");
            await response.Content.CopyToAsync(copy);
        }

        Assert.Equal(0L, await node.Database.ScalarAsync<long>("""
            SELECT count(*) FROM (SELECT uscc, name, reg_capital, updated_at FROM store.enterprise EXCEPT SELECT * FROM landed) missing
            """));
        Assert.Equal(3_000L, await node.Database.ScalarAsync<long>("SELECT count(*) FROM landed"));
    }

    [Fact]
    public async Task Quota_UsedUpInTheMiddle_CutsTheStreamAndRefusesTheNext()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 20_000);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted, perDay: 10_000);
        using var client = await node.ClientAsync("service");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/x-ndjson");

        var lines = (await client.GetStringAsync("/v1/data/enterprise")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(lines.Length, 2, 10_001);
        Assert.Contains("quota_exceeded", lines[^1], StringComparison.Ordinal);
        var left = 10_000 - (lines.Length - 1);
        client.DefaultRequestHeaders.Accept.Clear();
        while (left >= 1_000)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/data/enterprise?limit=1000")).StatusCode);
            left -= 1_000;
        }

        using var refused = await client.GetAsync("/v1/data/enterprise?limit=1000");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("quota_exceeded", await refused.ProblemAsync());
        Assert.Equal("\"rows-per-day\";q=10000;w=86400", refused.Headers.GetValues("RateLimit-Policy").Single());
        var seconds = (int)refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        Assert.InRange(seconds, 1, 86_400);
        Assert.Matches($"^\"rows-per-day\";r=[0-9]+;t={seconds}$", refused.Headers.GetValues("RateLimit").Single());
    }

    [Fact]
    public async Task Resource_WhileItsFirstLoadIsUnderWay_IsNotAnswered()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted, verify: ["name"]);
        await node.Catalogue.ExecuteAsync("UPDATE catalog.feed SET loading = true");
        using var client = await node.ClientAsync("service");

        foreach (var address in (string[])["/v1/data/enterprise", "/v1/changes/enterprise", "/v1/data/enterprise/E999999"])
        {
            using var response = await client.GetAsync(address);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("resource_loading", await response.ProblemAsync());
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task Stream_OfManyRows_NeedsNoMoreMemoryThanOfFew()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 400_000);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        await DrainAsync(client, "?status=eq.1&limit=1000");
        await DrainAsync(client, "?uscc=lt.E020000");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var largest = 0L;
        using var sampling = new CancellationTokenSource();
        var sampler = Task.Run(async () =>
        {
            while (!sampling.IsCancellationRequested)
            {
                largest = Math.Max(largest, GC.GetTotalMemory(forceFullCollection: true) - before);
                await Task.Delay(50, CancellationToken.None);
            }
        });

        var bytes = await DrainAsync(client, "");
        await sampling.CancelAsync();
        await sampler;

        Assert.True(bytes > 50_000_000, $"{bytes}");
        Assert.True(largest < 16_000_000, $"{largest} bytes more were in use");
    }

    [Fact]
    public async Task Changes_BelowTheFloorOrBeyondTheHead_HaveExpired()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        var cursor = (await (await client.GetAsync("/v1/changes/enterprise?limit=1")).JsonAsync()).GetProperty("next").GetString();
        await node.Catalogue.ExecuteAsync("UPDATE catalog.feed SET floor = 2");

        using var expired = await client.GetAsync($"/v1/changes/enterprise?after={cursor}");

        Assert.Equal(HttpStatusCode.Gone, expired.StatusCode);
        Assert.Equal("cursor_expired", await expired.ProblemAsync());
        Assert.Contains("</v1/data/enterprise>", expired.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_WhileWaiting_AnswerWhenTheFeedMoves()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        var cursor = (await (await client.GetAsync("/v1/changes/enterprise")).JsonAsync()).GetProperty("next").GetString();
        var waiting = client.GetAsync($"/v1/changes/enterprise?wait=30&after={cursor}");
        await Eventually.EqualAsync(2L, async () => await node.Database.ScalarAsync<long>("SELECT count(*) FROM audit.entry WHERE operation = 'changes' AND kind = 'access.started'"));
        Assert.False(waiting.IsCompleted);

        await node.Catalogue.ExecuteAsync("""
            DELETE FROM store.enterprise WHERE uscc = 'E000002';
            INSERT INTO store.enterprise__feed VALUES (4, 'D', 9223372036854775807, 'E000002', '330102', NULL);
            UPDATE catalog.feed SET head = 4
            """);
        var items = (await (await waiting.WaitAsync(TimeSpan.FromSeconds(5))).JsonAsync()).GetProperty("items");

        Assert.Equal("""{"op":"delete","key":{"uscc":"E000002"}}""", items[0].GetRawText());
        Assert.Equal(1, items.GetArrayLength());
    }

    private static async Task<long> DrainAsync(HttpClient client, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/data/enterprise{query}");
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var total = 0L;
        int read;
        while ((read = await body.ReadAsync(buffer)) > 0) total += read;
        return total;
    }
}
