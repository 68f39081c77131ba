using System.Net;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Changes;
using Exchange.Gateway.Tests.Kit;

namespace Exchange.Gateway.Tests.Changes;

[Trait("Cost", "Servers")]
public sealed class ReadCursorTests
{
    [Theory]
    [InlineData("2026-03-01T00:00:00Z", 0)]
    [InlineData("2026-03-01T13:00:00%2B08:00", 10)]
    [InlineData("2026-03-01T08:00:00Z", 15)]
    public async Task Cursor_AtATime_GivesTheChangesSinceAgain(string at, int offset)
    {
        await using var node = await Node.StartAsync();
        var enterprises = await LedgerAsync(node);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");

        using var response = await client.GetAsync($"/v1/changes/enterprise/cursor?at={at}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var cursor = (await response.JsonAsync()).GetProperty("cursor").GetString()!;
        Assert.Equal(cursor, response.Headers.GetValues("Exchange-Cursor").Single());
        Assert.Equal(20 - offset, await CountAsync(client, cursor));
    }

    [Fact]
    public async Task Cursor_OfATimeWhoseHistoryIsGone_IsGone()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await LedgerAsync(node);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        await node.Catalogue.ExecuteAsync("UPDATE catalog.feed SET floor = 12");
        using var client = await node.ClientAsync("service");

        using var gone = await client.GetAsync("/v1/changes/enterprise/cursor?at=2026-03-01T05:00:00Z");
        using var kept = await client.GetAsync("/v1/changes/enterprise/cursor?at=2026-03-01T08:00:00Z");
        using var wrong = await client.GetAsync("/v1/changes/enterprise/cursor?at=yesterday");

        Assert.Equal((HttpStatusCode.Gone, "cursor_expired"), (gone.StatusCode, await gone.ProblemAsync()));
        Assert.Contains("/v1/data/enterprise", gone.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        Assert.Equal("parameter_invalid", await wrong.ProblemAsync());
    }

    [Fact]
    public async Task Cursor_FromTheBureau_ServesThatSubscriberAlone()
    {
        await using var node = await Node.StartAsync();
        var enterprises = await LedgerAsync(node);
        var grant = await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        var rival = await node.Catalogue.ParticipantAsync("rival");
        await node.Catalogue.GrantAsync(rival, enterprises.Resource, Enterprises.Granted);
        await node.Catalogue.ParticipantAsync("bureau", ClientRoles.Bureau);
        using var bureau = await node.ClientAsync("bureau");
        using var holder = await node.ClientAsync("service");
        using var other = await node.ClientAsync("rival");

        using var response = await bureau.GetAsync($"/v1/grants/{grant}/cursor?offset=14");
        using var beyond = await bureau.GetAsync($"/v1/grants/{grant}/cursor?offset=21");
        using var both = await bureau.GetAsync($"/v1/grants/{grant}/cursor?offset=1&at=2026-03-01T05:00:00Z");

        var answer = await response.JsonAsync();
        var cursor = answer.GetProperty("cursor").GetString()!;
        Assert.Equal("service", answer.GetProperty("consumer").GetString());
        Assert.Equal(6, await CountAsync(holder, cursor));
        using var refused = await other.GetAsync($"/v1/changes/enterprise?after={cursor}");
        Assert.Equal("cursor_invalid", await refused.ProblemAsync());
        Assert.Equal("cursor_expired", await beyond.ProblemAsync());
        Assert.Equal("parameter_invalid", await both.ProblemAsync());
    }

    [Theory]
    [InlineData("2026-01-31T08:00:00+08:00", true)]
    [InlineData("2026-01-31T08:00:00.5Z", true)]
    [InlineData("2026-01-31T08:00:00", false)]
    [InlineData("2026-01-31", false)]
    [InlineData("", false)]
    public void ReadTime_AnyText_NeedsATimeWithItsOffset(string text, bool expected) => Assert.Equal(expected, !ReplayPlace.ReadTime(text).IsError);

    /// <summary>Twenty rows: ten committed at 04:00, five at 06:00 and at 10:00, in UTC.</summary>
    private static async Task<Enterprises> LedgerAsync(Node node)
    {
        var enterprises = await Enterprises.CreateAsync(node, rows: 20);
        var stream = Guid.CreateVersion7();
        await node.Catalogue.ExecuteAsync(
            "INSERT INTO catalog.stream (stream_id, resource_id, source, version, epoch, sequence, opened_at) VALUES ($1, $2, 'source', 1, 1, 3, now())", stream, enterprises.Resource);
        foreach (var (sequence, last, at) in ((int, int, string)[])[(1, 10, "2026-03-01T04:00Z"), (2, 15, "2026-03-01T06:00Z"), (3, 20, "2026-03-01T10:00Z")])
        {
            await node.Catalogue.ExecuteAsync($"""
                INSERT INTO catalog.batch (resource_id, stream_id, sequence, epoch, kind, first_offset, last_offset, rows_received, rows_quarantined, sha256, committed_at)
                VALUES ('{enterprises.Resource}', '{stream}', {sequence}, 1, 4, 1, {last}, 0, 0, '', '{at}')
                """);
        }

        return enterprises;
    }

    private static async Task<int> CountAsync(HttpClient client, string cursor)
    {
        using var response = await client.GetAsync($"/v1/changes/enterprise?after={cursor}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.JsonAsync()).GetProperty("items").GetArrayLength();
    }
}
