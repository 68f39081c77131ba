using Exchange.Adapters.Proof;
using Exchange.Contracts.Messages.V1;
using Xunit;

namespace Exchange.Adapters.Tests.Proof;

/// <summary>More differs than one question or one answer carries.</summary>
[Trait("Cost", "Servers")]
public sealed class LargeSourceRepairTests : SourceReconciliationBench
{
    [Fact]
    public async Task Reconcile_MoreKeysDifferThanOneQuestionCarries_RepairsAllInPortions()
    {
        const int More = SourceKeys.Portion + ReadKeyDigests.MostKeys;
        await PublishOnceAsync();
        await Department.ExecuteAsync(
            $"INSERT INTO people SELECT 'Q' || lpad(n::text, 6, '0'), '新人', 1, 1, NULL, timestamptz '2026-01-01 00:00:00+00', NULL FROM generate_series(1, {More}) n");
        await StoreSourceAsync();
        LoseAll();

        var repaired = await CompareAsync(repair: true);

        Assert.Equal((ProofVerdict.Repaired, More + 300, 0), (repaired.Verdict, repaired.Differences.Count, repaired.Remaining.Count));
        Assert.Equal(ProofVerdict.Equal, (await CompareAsync()).Verdict);
    }

    [Fact]
    public async Task Reconcile_MoreRangesDifferThanOneAnswerCarries_ComparesOnceAndRepairsUntilNothingIsLeft()
    {
        await PublishOnceAsync();
        LoseAll();
        RangesPerAnswer = 100;

        var different = await CompareAsync();
        var readings = Readings;
        var repaired = await CompareAsync(repair: true);

        Assert.Equal((ProofVerdict.Different, 1), (different.Verdict, readings));
        Assert.InRange(different.RangesLeft, 1, 300);
        Assert.InRange(different.Differences.Count, 100, 299);
        Assert.Equal((ProofVerdict.Repaired, 300, 0), (repaired.Verdict, repaired.Differences.Count, repaired.RangesLeft));
        Assert.Equal(ProofVerdict.Equal, (await CompareAsync()).Verdict);
    }

    [Fact]
    public async Task Reconcile_MoreDiffersThanOneRunRepairs_SaysWhatIsLeftAndTheNextRunGoesOnThere()
    {
        await PublishOnceAsync();
        LoseAll();
        RangesPerAnswer = 1;

        var (verdicts, left) = (new List<ProofVerdict>(), new List<int>());
        while (left is [] or [.., > 0])
        {
            var report = await CompareAsync(repair: true);
            verdicts.Add(report.Verdict);
            left.Add(report.RangesLeft);
        }

        Assert.All(left.Zip(left.Skip(1)), pair => Assert.Equal(Math.Max(0, pair.First - 50), pair.Second));
        Assert.All(verdicts.SkipLast(1), verdict => Assert.Equal(ProofVerdict.Different, verdict));
        Assert.Equal(ProofVerdict.Repaired, verdicts[^1]);
    }

    [Fact]
    public async Task Reconcile_CatalogueOfAnEarlierVersion_RepairsWhatItNamesAndSaysWhatIsLeft()
    {
        await PublishOnceAsync();
        LoseAll();
        (RangesPerAnswer, IsOld) = (100, true);

        var first = await CompareAsync(repair: true);
        var second = await CompareAsync(repair: true);

        Assert.Equal((ProofVerdict.Different, 0), (first.Verdict, first.Remaining.Count));
        Assert.Equal(first.RangesLeft - 100, second.RangesLeft);
    }
}
