using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Faults;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

/// <summary>The service's process dies at the two places that matter: before its commit, and after it but before the acknowledgement.</summary>
[Trait("Cost", "Servers")]
public sealed class IngestKillTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private const int Batches = 12;
    private const int RowsPerBatch = 50;

    [Theory]
    [InlineData("ingest.before-commit")]
    [InlineData("ingest.after-commit")]
    public async Task Process_KilledAroundItsCommit_LosesNothingAndHasNoEffectTwice(string place)
    {
        var broker = await RabbitMqServer.SharedAsync();
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["EXCHANGE_Catalog__Database__ConnectionString"] = fixture.Platform.CatalogConnection,
            ["EXCHANGE_Bus__RabbitMq"] = broker.Address,
            ["EXCHANGE_Bus__Prefix"] = place.Replace('.', '-'),
        };
        await using var stream = await StreamDriver.StartAsync(fixture);
        using var adapter = Adapter(broker.Address, settings["EXCHANGE_Bus__Prefix"]);
        await adapter.StartAsync();
        var queue = new List<RecordBatch> { stream.Start() };
        for (var i = 0; i < Batches; i++) queue.Add(stream.Rows([.. Enumerable.Range(i * RowsPerBatch, RowsPerBatch).Select(n => Item.Of(n))]));
        queue.Add(stream.End());
        for (var i = 0; i < Batches; i++) queue.Add(stream.Changes([.. Enumerable.Range(i * 3, 3).Select(n => Change.Put(Item.Of(n, note: "改")))]));

        // The topology is declared by the first consumer; every process dies at its third batch.
        var deaths = 0;
        var published = false;
        while ((await stream.StatusAsync()).CommittedSequence < queue.Count)
        {
            Assert.InRange(deaths, 0, queue.Count);
            var deadly = new Dictionary<string, string>(settings, StringComparer.Ordinal) { [FailPoint.Variable] = $"{place}=exit:1:2" };
            await using var process = CatalogProcess.Start(deadly, "run");
            if (!published) foreach (var batch in queue) await adapter.Services.GetRequiredService<IRecordTransport>().PublishAsync(batch, CancellationToken.None);
            published = true;
            var ended = process.EndAsync();
            await Eventually.TrueAsync(async () => ended.IsCompleted || (await stream.StatusAsync()).CommittedSequence == queue.Count, TimeSpan.FromSeconds(60));
            if (ended.IsCompleted) deaths++;
        }

        Assert.InRange(deaths, 5, queue.Count);
        Assert.Equal(Batches * RowsPerBatch, (await stream.StoredAsync()).Count);
        Assert.Equal(Batches * 3, (await stream.FeedAsync()).Count);
        Assert.Equal((Batches * (RowsPerBatch + 3), Batches * RowsPerBatch, false), await stream.FeedPlaceAsync());
        Assert.Equal(queue.Count, await fixture.ScalarAsync<long>("SELECT count(*) FROM catalog.batch WHERE stream_id = $1", stream.Opened.Stream.Value));
        await adapter.StopAsync();
    }

    private static IHost Adapter(string broker, string prefix)
    {
        var configuration = HostConfiguration.Load(null, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Bus:RabbitMq"] = broker, ["Bus:Prefix"] = prefix });
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true }).UseExchangeDefaults(configuration);
        builder.Services.AddExchangeBus(configuration, new RequestHandlers());
        return builder.Build();
    }
}
