using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class AlternationTests
{
    [Fact]
    public async Task Rounds_TwoPeers_MeasuresAllInTurnAndForgetsTheFirstRound()
    {
        var order = new List<string>();
        Func<int, CancellationToken, Task<double>> Side(string name, double value) => (round, _) =>
        {
            order.Add($"{name}{round}");
            return Task.FromResult(value + round);
        };

        var rounds = await Alternation.RoundsAsync(2, Side("a", 10), [Side("b", 20), Side("c", 30)], (_, _) => { }, TestContext.Current.CancellationToken);

        Assert.Equal(["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"], order);
        Assert.Equal([11, 12], rounds.Select(r => r.Ours));
        Assert.Equal([31, 32], rounds.Select(r => r.Peers[1]));
    }

    [Fact]
    public async Task Run_SideThatMeasuredNothing_IsNoResult() => await Assert.ThrowsAsync<BenchException>(
        () => Alternation.RunAsync(1, (_, _) => Task.FromResult(1.0), (_, _) => Task.FromResult(0.0), (_, _) => { }, TestContext.Current.CancellationToken));
}
