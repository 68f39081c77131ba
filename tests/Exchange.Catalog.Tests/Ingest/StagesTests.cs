using Exchange.Catalog.Ingest;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

public sealed class StagesTests
{
    private const string Stage = "pg_temp.\"item__stage_1\"";
    private const string Other = "pg_temp.\"other__stage_1\"";

    private readonly Stages _stages = new();

    [Fact]
    public void Fill_TableOfThisOrAnEarlierTransaction_IsNotMadeAgain()
    {
        Assert.True(_stages.Fill(Stage, 1));
        Assert.False(_stages.Fill(Stage, 1));
        _stages.Committed();
        Assert.False(_stages.Fill(Stage, 1));
        Assert.True(_stages.Fill(Other, 1));
    }

    [Fact]
    public void Fill_AfterRollback_MakesWhatThatTransactionHadMade()
    {
        _stages.Fill(Stage, 1);
        _stages.Committed();
        _stages.Fill(Other, 1);
        _stages.RolledBack();

        Assert.False(_stages.Fill(Stage, 1));
        Assert.True(_stages.Fill(Other, 1));
    }

    [Fact]
    public void Emptying_SeveralTables_NamesThoseOfThisTransactionAlone()
    {
        Assert.Empty(_stages.Emptying);
        _stages.Fill(Stage, 10);
        _stages.Committed();
        Assert.Empty(_stages.Emptying);
        _stages.Fill(Other, 10);
        Assert.Equal([$"DELETE FROM {Other}"], _stages.Emptying);
    }

    [Fact]
    public void Emptying_MoreDeadRowsThanMayLie_CutsTheTableOffAndCountsAnew()
    {
        Commit(Stages.MostDead);
        _stages.Fill(Stage, 1);
        Assert.Equal([$"TRUNCATE {Stage}"], _stages.Emptying);
        _stages.Committed();
        _stages.Fill(Stage, Stages.MostDead);
        Assert.Equal([$"DELETE FROM {Stage}"], _stages.Emptying);
    }

    [Fact]
    public void Emptying_RowsOfARolledBackTransaction_CountAsDead()
    {
        Commit(1);
        _stages.Fill(Stage, Stages.MostDead);
        _stages.RolledBack();
        _stages.Fill(Stage, 1);

        Assert.Equal([$"TRUNCATE {Stage}"], _stages.Emptying);
    }

    private void Commit(int rows)
    {
        _stages.Fill(Stage, rows);
        _stages.Committed();
    }
}
