using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

/// <summary>However a history of batches is delivered, with whatever repetitions and in whatever order, the store is what the history in its own order makes of it.</summary>
[Trait("Cost", "Servers")]
public sealed class DeliveryOrderTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private const int Histories = 12;
    private const int Batches = 10;
    private const int Keys = 8;
    private const int ChangesPerBatch = 4;

    [Fact]
    public Task Store_AnyOrderWithRepetitions_HoldsTheNewestVersionOfEachRow() => Seeds.RunAsync(async (random, _) =>
    {
        for (var history = 0; history < Histories; history++) await PlayAsync(random);
    });

    private async Task PlayAsync(Random random)
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var expected = Enumerable.Range(1, Keys).Select(n => Item.Of(n)).ToDictionary(i => i.Id);
        var history = new List<RecordBatch> { stream.Start(), stream.Rows(expected.Values), stream.End() };
        var feed = 0;
        for (var n = 0; n < Batches; n++)
        {
            var keys = Enumerable.Range(1, Keys).OrderBy(_ => random.Next()).Take(ChangesPerBatch).ToArray();
            var changes = keys.Select(key => Next(Item.Of(key), $"{n}", expected, random)).ToArray();
            feed += changes.Length;
            history.Add(stream.Changes(changes));
        }

        // Each pass delivers all of it, some twice, in an order of its own; at least the next one in sequence is taken.
        var passes = 0;
        while ((await stream.StatusAsync()).CommittedSequence < history.Count)
        {
            Assert.InRange(passes++, 0, history.Count);
            var deliveries = history.Concat(history.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next());
            await stream.SendAsync(deliveries);
        }

        await stream.SendAsync(history);
        Assert.Equal(expected.Values.OrderBy(i => i.Id, StringComparer.Ordinal), await stream.StoredAsync());
        Assert.InRange((await stream.FeedAsync()).Count, 1, feed);
    }

    /// <summary>A new version of a row, or its end; a row that has ended comes back.</summary>
    private static Change Next(Item item, string note, Dictionary<string, Item> expected, Random random)
    {
        if (expected.ContainsKey(item.Id) && random.Next(4) == 0)
        {
            expected.Remove(item.Id);
            return Change.Delete(item);
        }

        expected[item.Id] = item with { Note = note };
        return Change.Put(expected[item.Id]);
    }
}
