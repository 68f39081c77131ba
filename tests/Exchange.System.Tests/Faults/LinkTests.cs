using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Each connection between two parts is cut, or goes dead without either side being told, while changes flow.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class LinkTests(ProxiedYard yard, ITestOutputHelper output) : IClassFixture<ProxiedYard>
{
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(600);

    [Theory]
    [InlineData(Link.AdapterToSource)]
    [InlineData(Link.AdapterToBroker)]
    [InlineData(Link.CatalogueToBroker)]
    [InlineData(Link.CatalogueToDatabase)]
    [InlineData(Link.GatewayToDatabase)]
    [InlineData(Link.SinkToGateway)]
    [InlineData(Link.SinkToTarget)]
    public Task Link_Reset_LosesNothingAndRepeatsNothing(Link link) => PlayAsync($"cut {link}", yard.Links[link].ResetAll);

    [Theory]
    [InlineData(Link.AdapterToSource)]
    [InlineData(Link.AdapterToBroker)]
    [InlineData(Link.CatalogueToBroker)]
    [InlineData(Link.CatalogueToDatabase)]
    [InlineData(Link.GatewayToDatabase)]
    [InlineData(Link.SinkToGateway)]
    [InlineData(Link.SinkToTarget)]
    public Task Link_ForgottenByTheNetwork_LosesNothingAndRepeatsNothing(Link link) => PlayAsync($"dead {link}", yard.Links[link].Forget);

    /// <summary>The fault is over at once: new connections pass.</summary>
    internal static Task StrikeAsync(Action fault, FaultClock clock)
    {
        fault();
        clock.Ended();
        return Task.CompletedTask;
    }

    private Task PlayAsync(string name, Action fault)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(name, 1, random => yard.Run.RoundAsync(random, LongestBefore, clock => StrikeAsync(fault, clock), cancellation), output);
    }
}
