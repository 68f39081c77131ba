using Exchange.Catalog.Quarantine;
using Exchange.Contracts.Errors;
using Xunit;

namespace Exchange.Catalog.Tests.Quarantine;

public sealed class QuarantineRulesTests
{
    [Fact]
    public void Decide_AnyRunOfActionsAndArrivals_SettlesOnceAndNeverReleasesTheOvertaken()
    {
        var random = new Random(20261125);
        for (var run = 0; run < 2_000; run++)
        {
            var state = QuarantineState.Open;
            var settled = 0;
            for (var step = 0; step < 12; step++)
            {
                if (random.Next(4) == 0)
                {
                    // A newer record arrives: only what is open is overtaken.
                    if (state == QuarantineState.Open) (state, settled) = (QuarantineState.Overtaken, settled + 1);
                    continue;
                }

                var action = random.Next(2) == 0 ? QuarantineAction.Release : QuarantineAction.Discard;
                var before = state;
                var decision = QuarantineRules.Decide(state, action);
                if (decision == QuarantineDecision.Do) (state, settled) = (action == QuarantineAction.Release ? QuarantineState.Released : QuarantineState.Discarded, settled + 1);
                else Assert.True(decision.IsDone != decision.Refusal is not null);
                if (before == QuarantineState.Overtaken) Assert.NotNull(decision.Refusal);
                // Asking for the same again is never an error where it was done.
                if (decision.Refusal is null) Assert.Equal(QuarantineDecision.DoneBefore, QuarantineRules.Decide(state, action));
            }

            Assert.InRange(settled, 0, 1);
        }
    }

    [Theory]
    [InlineData(true, null, null)]
    [InlineData(true, 10L, null)]
    [InlineData(true, 11L, "quarantine_overtaken")]
    [InlineData(false, null, null)]
    [InlineData(false, 1L, "quarantine_key_taken")]
    public void Overwrites_WhatTheStoreHolds_DecidesByOffset(bool isOwnKey, long? stored, string? code) =>
        Assert.Equal(code, QuarantineRules.Overwrites(isOwnKey, stored, batchEnd: 10)?.Code.Name);

    [Fact]
    public void Decide_SettledOtherwise_NamesTheState()
    {
        Assert.Equal("released", QuarantineRules.Decide(QuarantineState.Released, QuarantineAction.Discard).Refusal!.Data["state"]);
        Assert.Equal(ErrorCodes.QuarantineOvertaken, QuarantineRules.Decide(QuarantineState.Overtaken, QuarantineAction.Release).Refusal!.Code);
        Assert.Equal(Enum.GetValues<QuarantineState>(), Enum.GetValues<QuarantineState>().Select(s => QuarantineRules.Parse(QuarantineRules.Name(s))));
    }
}
