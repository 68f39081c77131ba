using Exchange.Adapters.Proof;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Exchange.Records.Proof;
using Xunit;

namespace Exchange.Adapters.Tests.Proof;

/// <summary>A few rows that differ.</summary>
[Trait("Cost", "Servers")]
public sealed class SourceReconciliationTests : SourceReconciliationBench
{
    [Fact]
    public async Task Reconcile_SameRows_IsEqual()
    {
        var report = await CompareAsync();

        Assert.Equal((ProofVerdict.Equal, 300L, 300L, 0L), (report.Verdict, report.Right.Rows, report.Compared.Rows, report.RefusedRows));
        Assert.Equal(report.Right.Digest, report.Compared.Digest);
        Assert.Contains("\"form\": \"exchange-proof/1\"", report.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconcile_RowsThatBreakTheirSchema_AreCountedAndNoDifference()
    {
        await Department.ExecuteAsync("ALTER TABLE people ALTER full_name TYPE text; UPDATE people SET full_name = repeat('长', 60) WHERE code IN ('P0005', 'P0006')");
        Forget("P0006");

        var report = await CompareAsync();

        Assert.Equal((ProofVerdict.Equal, 2L, 298L, 299L), (report.Verdict, report.RefusedRows, report.Right.Rows, report.Compared.Rows));
    }

    [Fact]
    public async Task Reconcile_ChangesThatArriveMeanwhile_AreNoDifference()
    {
        await Department.ExecuteAsync("UPDATE people SET age = 99 WHERE code = 'P0007'; DELETE FROM people WHERE code = 'P0008'");
        // What the source has reaches the store before the second look.
        var now = Store.ToDictionary(KeyBytes.Comparer);
        await StoreSourceAsync();
        Next = Store.ToDictionary(KeyBytes.Comparer);
        Replace(now);

        var report = await CompareAsync();

        Assert.Equal((ProofVerdict.Equal, 2), (report.Verdict, report.MovingKeys));
        Assert.Empty(report.Differences);
    }

    [Fact]
    public async Task Reconcile_KeyThatNeverStandsStill_IsUnsettled()
    {
        Tamper("P0009");
        IsRestless = true;

        var report = await CompareAsync();

        Assert.Equal(ProofVerdict.Unsettled, report.Verdict);
        Assert.Empty(report.Differences);
    }

    [Fact]
    public async Task Reconcile_StoreLostRows_NamesThemAndRepairsByChangesAtTheCommittedPosition()
    {
        await PublishOnceAsync();
        var position = Platform.Position;
        Tamper("P0010");
        Forget("P0011");
        Store.Add(Key("X0001"), 1);

        var different = await CompareAsync();
        // What is committed is in the store.
        Platform.OnBatch = async batch =>
        {
            if (batch.Header.Kind == BatchKind.Changes) await StoreSourceAsync();
            return true;
        };
        var repaired = await CompareAsync(repair: true);

        string[] expected = ["Changed P0010", "Missing P0011", "Surplus X0001"];
        Assert.Equal(expected, Names(different));
        Assert.Equal((ProofVerdict.Different, ProofVerdict.Repaired), (different.Verdict, repaired.Verdict));
        Assert.Equal(expected, Names(repaired));
        var changes = Platform.Committed.Last();
        Assert.Equal((BatchKind.Changes, 3, position), (changes.Header.Kind, changes.Header.RowCount, changes.Header.Position));
        Assert.Equal(["D X0001", "U P0010", "U P0011"], Operations(changes));
    }

    [Fact]
    public async Task Reconcile_RepairedKeyIsLostAgain_SaysThatItStillDiffers()
    {
        await PublishOnceAsync();
        LoseAll(save: "P0012");

        var report = await CompareAsync(repair: true);

        Assert.Equal(ProofVerdict.Different, report.Verdict);
        Assert.Equal(["Missing P0012"], report.Remaining.Select(d => $"{d.Kind} {d.Key["code"]}"));
    }

    [Fact]
    public async Task Reconcile_NothingPublishedYet_RepairsNothing()
    {
        Forget("P0011");
        var result = await RunAsync(repair: true);
        Assert.Equal(ErrorCodes.NothingPublished, result.Error!.Code);
    }

    [Fact]
    public async Task Reconcile_SourceDrifted_IsNoComparison()
    {
        await Department.ExecuteAsync("ALTER TABLE people DROP COLUMN pay");
        Assert.Equal(ErrorCodes.SchemaDrift, (await RunAsync(repair: false)).Error!.Code);
    }
}
