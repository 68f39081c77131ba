using System.Collections.Concurrent;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Exchange.Catalog.Tests;

[Trait("Cost", "Servers")]
public sealed class CatalogHostTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Host_OverTheBus_RegistersTakesBatchesAndAnnouncesThem()
    {
        using var host = Build();
        await host.StartAsync();
        var bus = host.Services.GetRequiredService<IControlBus>();
        var committed = new ConcurrentQueue<BatchCommitted>();
        await using var listening = await bus.ListenAsync<BatchCommitted>(e => { committed.Enqueue(e); return Task.CompletedTask; }, CancellationToken.None);

        await using var stream = await StreamDriver.StartAsync(fixture);
        var asked = await bus.RequestAsync<GetStreamStatus, StreamStatus>(new GetStreamStatus(stream.Opened.Stream), Deadline, CancellationToken.None);
        Assert.Equal("open", CatalogFixture.Ok(asked).State);
        var refused = await bus.RequestAsync<RevokeGrant, GrantWasRevoked>(new RevokeGrant(new(Guid.CreateVersion7()), "原因", "bureau"), Deadline, CancellationToken.None);
        Assert.Equal("grant_unknown", refused.Error!.Code.Name);

        var transport = host.Services.GetRequiredService<IRecordTransport>();
        foreach (var batch in new[] { stream.Start(), stream.Rows(Item.Of(1), Item.Of(2)), stream.End() }) await transport.PublishAsync(batch, CancellationToken.None);
        await Eventually.TrueAsync(() => committed.Any(c => c.Stream == stream.Opened.Stream && c.Sequence == 3));
        Assert.Equal([Item.Of(1), Item.Of(2)], await stream.StoredAsync());
        await host.StopAsync();
    }

    private IHost Build()
    {
        var configuration = HostConfiguration.Load(null, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Catalog:Database:ConnectionString"] = fixture.Platform.CatalogConnection,
        });
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true }).UseExchangeDefaults(configuration);
        builder.Services.AddExchangeBus(configuration, new RequestHandlers().AddCatalogHandlers());
        builder.Services.AddCatalog(configuration);
        return builder.Build();
    }
}
