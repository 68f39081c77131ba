using Exchange.Contracts.Errors;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>While changes are captured: somebody at the department drops the slot they are read from, or their connection to the source is cut or goes dead.</summary>
[Trait("Cost", "Servers")]
[Collection(FaultCollection.Other)]
public sealed class CaptureTests(ProxiedCapturingYard yard, ITestOutputHelper output) : IClassFixture<ProxiedCapturingYard>
{
    private const string Slot = "exchange_publish_item";
    private const int Rounds = 3;
    private static readonly TimeSpan LongestBefore = TimeSpan.FromMilliseconds(300);

    [Fact]
    public Task Slot_DroppedWhileChangesFlow_IsSaidAndTheTableReadAnewWithoutClearingTheConsumer() =>
        FaultReport.PlayAsync("slot dropped", Rounds, DropSlotAsync, output);

    [Fact]
    public Task Link_ToACapturedSourceReset_LosesNothingAndRepeatsNothing() => StrikeAsync("captured, cut AdapterToSource", yard.Links[Link.AdapterToSource].ResetAll);

    [Fact]
    public Task Link_ToACapturedSourceForgottenByTheNetwork_LosesNothingAndRepeatsNothing() =>
        StrikeAsync("captured, dead AdapterToSource", yard.Links[Link.AdapterToSource].Forget);

    private Task StrikeAsync(string name, Action fault)
    {
        var cancellation = TestContext.Current.CancellationToken;
        return FaultReport.PlayAsync(name, 1, random => yard.Run.RoundAsync(random, LongestBefore, clock => LinkTests.StrikeAsync(fault, clock), cancellation), output);
    }

    private async Task<Outcome> DropSlotAsync(Random random)
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
            await yard.Run.Table.InsertAsync(cancellation);
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
