using Exchange.Contracts.Errors;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Somebody at the department drops the slot that the capture reads from, while changes flow.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class SlotTests(CapturingYard yard, ITestOutputHelper output) : IClassFixture<CapturingYard>
{
    private const string Slot = "exchange_publish_item";
    private const int Rounds = 3;
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(300);

    [Fact]
    public Task Slot_DroppedWhileChangesFlow_IsSaidAndTheTableReadAnewWithoutClearingTheConsumer() =>
        FaultReport.PlayAsync("slot dropped", Rounds, RoundAsync, output);

    private async Task<Outcome> RoundAsync(Random random)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var bench = yard.Run.Bench;
        var log = LogTail.Of(bench, "publish-item");
        var began = await ScalarAsync<DateTime>(bench.Platform.Database, FaultSql.Now, cancellation);
        var next = await ScalarAsync<long>(bench.Consumer.Database, FaultSql.NextTransaction, cancellation);
        var outcome = await yard.Run.RoundAsync(random, LongestBefore, async clock =>
        {
            await Eventually.TrueAsync(() => TryDropAsync(bench.Source.Database, cancellation));
            // No slot holds these back, and no log will tell of them.
            await yard.Run.ChangeMoreAsync(cancellation);
            clock.Ended();
        }, cancellation);

        Assert.Contains(ErrorCodes.ResyncRequired.Name, await log.ReadAsync(cancellation), StringComparison.Ordinal);
        Assert.Equal(1, await bench.StoreScalarAsync(FaultSql.NotesSince, "since", began, cancellation));
        // The consumer's other rows were not so much as written again.
        await using var written = bench.Consumer.Database.CreateCommand(FaultSql.WrittenSince);
        written.Parameters.AddWithValue("since", next);
        Assert.Equal(outcome.Tally.Acknowledged - yard.Load.Deletes, (long)(await written.ExecuteScalarAsync(cancellation))!);
        return outcome;
    }

    /// <returns>False where the adapter was back at its slot before it was dropped.</returns>
    private static async Task<bool> TryDropAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        try
        {
            await using var drop = source.CreateCommand(FaultSql.DropSlot);
            drop.Parameters.AddWithValue("slot", Slot);
            await drop.ExecuteNonQueryAsync(cancellation);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            return false;
        }
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
