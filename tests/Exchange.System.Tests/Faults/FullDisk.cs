using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Rounds in which a store's disk fills up to the last byte while changes flow, and is freed again.</summary>
internal static class FullDisk
{
    public static async Task PlayAsync(DiskYard yard, Store store, int rounds, TimeSpan wholeWithin, ITestOutputHelper output)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var disk = await yard.PlaceAsync(store, cancellation);
        var run = yard.Run;
        await run.Bench.Platform.WaitUntilReadyAsync(TimeProvider.System, cancellation);
        await run.Bench.ConvergedAsync(run.Bench.Consumer.Database, "item", cancellation);
        await FaultReport.PlayAsync($"full {store}", rounds, wholeWithin, RoundAsync, output);

        async Task<Outcome> RoundAsync(Random random)
        {
            var sign = new DiskSign(run, store);
            var outcome = await run.RoundAsync(random, TimeSpan.Zero, clock => FillAsync(sign, clock), cancellation);
            await sign.AssertNothingBlamedAsync(cancellation);
            return outcome;
        }

        async Task FillAsync(DiskSign sign, FaultClock clock)
        {
            disk.Fill();
            try
            {
                await sign.SeeAsync(cancellation);
            }
            finally
            {
                disk.Free();
            }

            clock.Ended();
        }
    }
}
