using System.Net;
using Exchange.Gateway.Tests.Kit;
using Exchange.Testing;
using Npgsql;

namespace Exchange.Gateway.Tests.Audit;

[Trait("Cost", "Servers")]
public sealed class AuditLogTests
{
    [Theory]
    [InlineData("/v1/data/enterprise?limit=1", "application/json")]
    [InlineData("/v1/data/enterprise", "application/x-ndjson")]
    [InlineData("/v1/data/enterprise/E000001", "application/json")]
    [InlineData("/v1/changes/enterprise", "application/json")]
    [InlineData("/v1/resources", "application/json")]
    public async Task Access_WhileTheLogCannotBeWritten_AnswersNothingButTheProblem(string address, string accept)
    {
        await using var node = await Node.StartAsync(settings: ("Gateway:AuditDeadlineMilliseconds", "600"));
        var enterprises = await Enterprises.CreateAsync(node, rows: 10);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        client.DefaultRequestHeaders.Accept.ParseAdd(accept);
        await using var locked = new NpgsqlConnection(node.Database.SuperuserConnection);
        await locked.OpenAsync();
        await using (var transaction = await locked.BeginTransactionAsync())
        {
            await using (var take = new NpgsqlCommand("LOCK TABLE audit.entry IN ACCESS EXCLUSIVE MODE", locked)) await take.ExecuteNonQueryAsync();
            using var refused = await client.GetAsync(address);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("audit_unavailable", await refused.ProblemAsync());
            Assert.DoesNotContain("E000001", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(async () => (await client.GetAsync(address)).StatusCode == HttpStatusCode.OK);
        await AssertGapFreeAsync(node);
    }

    [Fact]
    public async Task Access_Many_AreAllStartedAndFinishedWithoutGaps()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 200);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        var requests = new System.Collections.Concurrent.ConcurrentBag<Guid>();

        await Parallel.ForEachAsync(Enumerable.Range(1, 200), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, token) =>
        {
            using var response = await client.GetAsync($"/v1/data/enterprise/E{n:000000}", token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var request = Guid.Parse(response.Headers.GetValues("Exchange-Request-Id").Single());
            requests.Add(request);
            Assert.Equal(1L, await node.Database.ScalarAsync<long>("SELECT count(*) FROM audit.entry WHERE request_id = $1 AND kind = 'access.started'", request));
        });

        await Eventually.EqualAsync(200L, async () => await node.Database.ScalarAsync<long>(
            "SELECT count(*) FROM audit.entry WHERE request_id = ANY($1) AND kind = 'access.finished' AND row_count = 1 AND outcome = 'completed'", requests.ToArray()));
        await AssertGapFreeAsync(node);
    }

    [Fact]
    public async Task Log_AfterRestart_GoesOnWhereItEnded()
    {
        await using var database = await Node.NewDatabaseAsync();
        string keys;
        await using (var first = await Node.StartAsync(database))
        {
            keys = first.KeysFolder;
            await first.Catalogue.ParticipantAsync("service");
            using var client = await first.ClientAsync("service");
            (await client.GetAsync("/v1/data/nothing")).Dispose();
        }

        await using var second = await Node.StartAsync(database, keys);
        using var again = await second.ClientAsync("service");
        (await again.GetAsync("/v1/data/nothing")).Dispose();

        Assert.Equal(2L, await database.ScalarAsync<long>("SELECT count(*) FROM audit.entry WHERE kind = 'access.refused' AND outcome = 'not_granted'"));
        await AssertGapFreeAsync(second);
    }

    [Fact]
    public async Task Log_TakenByAnotherGateway_IsNotWritten()
    {
        await using var node = await Node.StartAsync();
        await using var other = new NpgsqlConnection(node.Database.GatewayConnection);
        await other.OpenAsync();

        await using var take = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtextextended('exchange.audit.gateway-1', 0))", other);

        Assert.Equal(false, await take.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Log_OfALookUp_HoldsNeitherKeyNorPlainHash()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 1);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        (await client.GetAsync("/v1/data/enterprise/E000001")).Dispose();

        Assert.Equal(0L, await node.Database.ScalarAsync<long>("SELECT count(*) FROM audit.entry e WHERE e::text LIKE '%E000001%'"));
        var plain = System.Security.Cryptography.SHA256.HashData("GET\n/v1/data/enterprise/E000001\n"u8);
        Assert.Equal(0L, await node.Database.ScalarAsync<long>("SELECT count(*) FROM audit.entry WHERE request_hash = $1 OR request_hash IS NULL", plain));
    }

    [Theory]
    [InlineData("a%00b")]
    [InlineData("%ED%A0%80")]
    [InlineData("😀")]
    public async Task Log_OfHeadersTheDatabaseRefuses_GoesOn(string header)
    {
        await using var node = await Node.StartAsync();
        await Enterprises.CreateAsync(node);
        using var client = await node.ClientAsync("service", Uri.EscapeDataString(header).Replace("%25", "%", StringComparison.Ordinal));
        client.DefaultRequestHeaders.Add("Exchange-Case", new string('%', 30) + "F0%9F%98%80" + new string('x', 200));

        using var response = await client.GetAsync("/v1/data/enterprise");

        Assert.Equal("not_granted", await response.ProblemAsync());
        Assert.Equal(1L, await node.Database.ScalarAsync<long>("SELECT count(*) FROM audit.entry WHERE kind = 'access.refused'"));
    }

    private static async Task AssertGapFreeAsync(Node node) =>
        Assert.True(await node.Database.ScalarAsync<bool>("SELECT count(*) = max(index) + 1 AND min(index) = 0 FROM audit.entry WHERE log = 'gateway-1'"));
}
