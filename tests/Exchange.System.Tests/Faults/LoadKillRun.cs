using Exchange.Testing;

namespace Exchange.System.Tests.Faults;

/// <summary>Rounds of: publish a whole table under a new name and kill a process in the middle of that first load.</summary>
internal sealed class LoadKillRun(FaultBench bench) : IAsyncDisposable
{
    private const int Rows = 20_000;
    private const int BatchRows = 100;
    private static readonly TimeSpan LongestBeforeKill = TimeSpan.FromMilliseconds(2_500);
    private static readonly TimeSpan LongestDown = TimeSpan.FromMilliseconds(600);

    private int _round;

    public static async Task<LoadKillRun> StartAsync(CancellationToken cancellation) => new(await FaultBench.StartAsync(Rows, links: null, cancellation));

    public async Task<Outcome> RoundAsync(Victim victim, Random random, CancellationToken cancellation)
    {
        var resource = $"load_{++_round}";
        var adapter = await bench.StartPublisherAsync(resource, BatchRows);
        await Eventually.TrueAsync(async () => (await bench.Bureau.GetAsync($"/v1/resources/{resource}", cancellation)).Status == 200, TimeSpan.FromSeconds(60));
        await Task.Delay(LongestBeforeKill * random.NextDouble(), cancellation);
        var before = await bench.StoreScalarAsync(FaultSql.FeedHead, "name", resource, cancellation);
        var clock = new FaultClock();
        await Killing.KillAndRestartAsync(bench, victim, adapter, null, LongestDown * random.NextDouble(), clock, cancellation);
        await bench.ConvergedAsync(bench.Platform.Database, $"store.{resource}", cancellation);
        var whole = clock.SinceEnd;
        await bench.Platform.WaitUntilReadyAsync(TimeProvider.System, cancellation);
        await bench.StopAsync(adapter);

        // The fingerprints are equal by now; what is counted here is taken from the store anew.
        var stored = (int)await bench.StoreScalarAsync(FaultSql.StoredKeys(resource), "rows", Rows, cancellation);
        var repeated = (int)await bench.StoreScalarAsync(FaultSql.RepeatedEffects(resource), "name", resource, cancellation);
        var unexpected = (int)await bench.StoreScalarAsync(FaultSql.Quarantined, "name", resource, cancellation);
        var tally = new Tally(Rows, Rows, stored, Lost: Rows - stored, Duplicated: repeated, Unexpected: unexpected, Recovered: (int)Math.Max(0, stored - before));
        return new Outcome(tally, whole) { Up = clock.Up };
    }

    public ValueTask DisposeAsync() => bench.DisposeAsync();
}
