using Exchange.Gateway.Changes;
using Exchange.Gateway.Tests.Kit;
using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Tests.Changes;

public sealed class FeedTurnsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Take_AllAreTaken_WaitsUntilOneEnds()
    {
        using var turns = Turns(2);
        var first = await turns.TakeAsync(CancellationToken.None);
        using var second = await turns.TakeAsync(CancellationToken.None);
        var third = turns.TakeAsync(CancellationToken.None).AsTask();
        Assert.False(third.IsCompleted);

        first.Dispose();

        (await third.WaitAsync(Deadline)).Dispose();
    }

    [Fact]
    public async Task Take_ReaderHangsUpWhileItWaits_LosesNoTurn()
    {
        using var turns = Turns(1);
        var held = await turns.TakeAsync(CancellationToken.None);
        using var hangUp = new CancellationTokenSource();
        var waiting = turns.TakeAsync(hangUp.Token).AsTask();

        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held.Dispose();
        (await turns.TakeAsync(CancellationToken.None).AsTask().WaitAsync(Deadline)).Dispose();
    }

    [Fact]
    [Trait("Cost", "Servers")]
    public async Task Changes_ManyReadersAndOneTurn_EachGetsEveryChange()
    {
        await using var node = await Node.StartAsync(settings: ("Gateway:MaxChangesReads", "1"));
        var enterprises = await Enterprises.CreateAsync(node, rows: 20);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");

        var counts = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ =>
        {
            using var answer = await client.GetAsync("/v1/changes/enterprise");
            return (await answer.JsonAsync()).GetProperty("items").GetArrayLength();
        }));

        Assert.All(counts, count => Assert.Equal(20, count));
    }

    private static FeedTurns Turns(int count) => new(Options.Create(new GatewayOptions { MaxChangesReads = count }));
}
