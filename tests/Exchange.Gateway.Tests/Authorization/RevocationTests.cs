using System.Diagnostics;
using System.Net;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Tests.Kit;
using Exchange.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Gateway.Tests.Authorization;

[Trait("Cost", "Servers")]
public sealed class RevocationTests
{
    private const int ManyRows = 400_000;
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Revoke_WithAnOpenNdjsonStream_CutsItWithTheReasonWithinASecond()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: ManyRows);
        var grant = await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        using var request = Request("application/x-ndjson");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith("{\"uscc\"", await body.ReadLineAsync(), StringComparison.Ordinal);

        await node.Catalogue.RevokeAsync(grant, "over");
        var clock = Stopwatch.StartNew();
        string? last = null;
        var lines = 1;
        while (await body.ReadLineAsync() is { } line)
        {
            last = line;
            lines++;
        }

        Assert.True(clock.Elapsed < OneSecond, $"{clock.Elapsed}");
        Assert.True(lines < ManyRows, $"{lines} lines");
        Assert.Contains("\"_problem\":{\"type\":\"/errors/grant_revoked\"", last, StringComparison.Ordinal);
        Assert.Contains("over", last, StringComparison.Ordinal);
        using var next = await client.GetAsync("/v1/data/enterprise");
        Assert.Equal(HttpStatusCode.Forbidden, next.StatusCode);
        Assert.Equal("grant_revoked", await next.ProblemAsync());
        await Exchange.Testing.Eventually.EqualAsync("grant_revoked", async () =>
            await node.Database.ScalarAsync<string>("SELECT outcome FROM audit.entry WHERE kind = 'access.finished' AND operation = 'records'") ?? "");
    }

    [Fact]
    public async Task Revoke_WithAnOpenRowsStream_EndsItWithoutTrailerAndNamesTheReason()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: ManyRows);
        var grant = await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        using var request = Request("application/vnd.exchange.rows");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[4096];
        await body.ReadExactlyAsync(buffer);

        await node.Catalogue.RevokeAsync(grant, "over");
        using var rest = new MemoryStream();
        await body.CopyToAsync(rest);

        Assert.NotEqual([0xFF, 0xFF], rest.ToArray()[^2..]);
        Assert.Equal("grant_revoked", response.TrailingHeaders.GetValues("Exchange-Problem").Single());
    }

    [Fact]
    public async Task Revoke_WithAnOpenCsvStream_BreaksTheConnection()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: ManyRows);
        var grant = await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        using var request = Request("text/csv");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[4096]);

        await node.Catalogue.RevokeAsync(grant, "over");

        await Assert.ThrowsAnyAsync<IOException>(async () => await body.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task Revoke_WithAWaitingReader_AnswersItAtOnce()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await Enterprises.CreateAsync(node, rows: 0);
        var grant = await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        var waiting = client.GetAsync("/v1/changes/enterprise?wait=30");
        await Exchange.Testing.Eventually.EqualAsync(1L, async () => await node.Database.ScalarAsync<long>("SELECT count(*) FROM audit.entry WHERE operation = 'changes'"));
        Assert.False(waiting.IsCompleted);

        await node.Catalogue.RevokeAsync(grant, "over");
        var clock = Stopwatch.StartNew();
        using var response = await waiting;

        Assert.True(clock.Elapsed < OneSecond, $"{clock.Elapsed}");
        Assert.Equal("grant_revoked", await response.ProblemAsync());
    }

    [Fact]
    public async Task Lease_WithTheDatabaseOutOfReach_EndsWithinASecondAndComesBack()
    {
        await using var database = await Node.NewDatabaseAsync();
        await using var proxy = FaultProxy.Start(database.Cluster.Port);
        var behind = new Npgsql.NpgsqlConnectionStringBuilder(database.GatewayConnection) { Host = "127.0.0.1", Port = proxy.Port }.ConnectionString;
        await using var node = await Node.StartAsync(database, connection: behind);
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/data/enterprise")).StatusCode);

        proxy.Blackhole();
        var clock = Stopwatch.StartNew();
        await Exchange.Testing.Eventually.EqualAsync(false, () => Task.FromResult(node.Services.GetRequiredService<GrantLease>().IsHeld));
        Assert.True(clock.Elapsed < TimeSpan.FromMilliseconds(1_500), $"{clock.Elapsed}");
        using var refused = await client.GetAsync("/v1/data/enterprise");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("lease_lost", await refused.ProblemAsync());

        proxy.Pass();
        await Exchange.Testing.Eventually.TrueAsync(async () => (await client.GetAsync("/v1/data/enterprise")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Lease_RegainedAfterSessionsWereCut_NoReaderMeetsADeadOne()
    {
        const int Readers = 8;
        await using var database = await Node.NewDatabaseAsync();
        await using var proxy = FaultProxy.Start(database.Cluster.Port);
        var behind = new Npgsql.NpgsqlConnectionStringBuilder(database.GatewayConnection) { Host = "127.0.0.1", Port = proxy.Port }.ConnectionString;
        await using var node = await Node.StartAsync(database, connection: behind);
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        async Task<HttpStatusCode[]> ReadAsync() =>
            await Task.WhenAll(Enumerable.Range(0, Readers).Select(async _ => (await client.GetAsync("/v1/data/enterprise?limit=2")).StatusCode));
        Assert.All(await ReadAsync(), status => Assert.Equal(HttpStatusCode.OK, status));

        proxy.ResetAll();
        await node.RefreshAsync();

        Assert.All(await ReadAsync(), status => Assert.Equal(HttpStatusCode.OK, status));
    }

    [Fact]
    public async Task Lease_OfAProcessThatWasStopped_IsNotHeldUntilItAskedAgain()
    {
        var time = new JumpingTime();
        await using var node = await Node.StartAsync(services: s => s.AddSingleton<TimeProvider>(time));
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        var grant = await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        var lease = node.Services.GetRequiredService<GrantLease>();
        await node.RefreshAsync();
        Assert.False(lease.Current.IsError);
        var plan = lease.Current.Value.Plans[grant];

        time.Jump(TimeSpan.FromSeconds(5));

        Assert.False(lease.IsHeld);
        Assert.Equal("lease_lost", lease.Refusal(plan, "service")!.Code.Name);
        await node.RefreshAsync();
        Assert.Null(lease.Refusal(plan, "service"));
    }

    [Fact]
    public async Task Lease_LostForAMoment_IsWaitedForInsteadOfRefusing()
    {
        var time = new JumpingTime();
        await using var node = await Node.StartAsync(services: s => s.AddSingleton<TimeProvider>(time));
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        await node.RefreshAsync();

        for (var stall = 0; stall < 10; stall++)
        {
            time.Jump(GrantLease.Length * 2);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/data/enterprise")).StatusCode);
        }
    }

    private static HttpRequestMessage Request(string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/data/enterprise");
        request.Headers.Accept.ParseAdd(accept);
        return request;
    }
}
