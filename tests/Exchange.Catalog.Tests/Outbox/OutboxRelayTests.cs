using Exchange.Catalog.Database;
using Exchange.Catalog.Outbox;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Exchange.Catalog.Tests.Outbox;

[Trait("Cost", "Servers")]
public sealed class OutboxRelayTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task Relay_BusDown_KeepsTheMessagesAndAnnouncesThemInOrderLater()
    {
        using var relay = NewRelay();
        await AddAsync(1, 2, 3);
        fixture.Bus.IsDown = true;
        await Assert.ThrowsAsync<TransportUnavailableException>(() => relay.RunOnceAsync(CancellationToken.None));
        fixture.Bus.IsDown = false;
        Assert.Equal(3, await relay.RunOnceAsync(CancellationToken.None));
        Assert.Equal(0, await relay.RunOnceAsync(CancellationToken.None));

        Assert.Equal([1, 2, 3], fixture.Bus.Of<GrantsChanged>().Select(g => g.Version).Where(v => v < 100));
    }

    [Fact]
    public async Task Relay_Running_IsWokenByTheCommit()
    {
        using var relay = NewRelay();
        await relay.StartAsync(CancellationToken.None);
        await AddAsync(101);
        await Eventually.TrueAsync(() => fixture.Bus.Of<GrantsChanged>().Any(g => g.Version == 101));
        await Eventually.EqualAsync(0, () => fixture.ScalarAsync<long>("SELECT count(*) FROM catalog.outbox"));
        await relay.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Relay_MessageOfAnUnknownType_IsLeftForTheProcessThatKnowsIt()
    {
        using var relay = NewRelay();
        await using var connection = await fixture.Database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(OutboxSql.Add, CancellationToken.None, "OfTomorrow", SqlValue.Json("{}"), fixture.Time.GetUtcNow());
        await relay.RunOnceAsync(CancellationToken.None);

        Assert.Equal(1, await fixture.ScalarAsync<long>("SELECT count(*) FROM catalog.outbox WHERE message_type = 'OfTomorrow'"));
        await connection.ExecuteAsync("DELETE FROM catalog.outbox", CancellationToken.None);
    }

    private OutboxRelay NewRelay() => new(fixture.Database, fixture.Bus, TimeProvider.System, NullLogger<OutboxRelay>.Instance);

    private async Task AddAsync(params long[] versions)
    {
        await using var connection = await fixture.Database.OpenAsync(CancellationToken.None);
        foreach (var version in versions) await OutboxWriter.AddAsync(connection, new GrantsChanged(version), fixture.Time.GetUtcNow(), CancellationToken.None);
    }
}
