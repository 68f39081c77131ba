using Exchange.Adapters.Inventory;
using Exchange.Records.Schemas;
using Xunit;

namespace Exchange.Adapters.Tests.Inventory;

public sealed class KeyGuessTests
{
    [Fact]
    public void Complete_DeclaredKey_IsKept()
    {
        var table = Of(30, ("id", FieldType.Integer, i => $"{i}")) with { Key = ["id"], KeyOrigin = KeyOrigin.Primary };
        Assert.Equal(table, KeyGuess.Complete(table));
    }

    [Fact]
    public void Complete_SeveralUniqueColumns_TakesTheOneThatIsNamedLikeAKey()
    {
        var table = KeyGuess.Complete(Of(30, ("title", FieldType.Text, i => $"t{i}"), ("案卷编号", FieldType.Text, i => $"c{i}")));
        Assert.Equal(["案卷编号"], table.Key);
        Assert.Equal(KeyOrigin.Guess, table.KeyOrigin);
        Assert.Contains(table.Notes, n => n.Zh.Contains("猜测", StringComparison.Ordinal) && n.En.Contains("guessed", StringComparison.Ordinal));
    }

    [Fact]
    public void Complete_AmountUniqueByChance_IsNoKey() => Assert.Empty(KeyGuess.Complete(Of(30, ("amount", FieldType.Number, i => $"{i}.5"))).Key);

    [Fact]
    public void Complete_NullAmongValues_IsNoKey() => Assert.Empty(KeyGuess.Complete(Of(30, ("code", FieldType.Text, i => i == 7 ? null : $"{i}"))).Key);

    [Fact]
    public void Complete_TooFewRows_GuessesNothing() => Assert.Empty(KeyGuess.Complete(Of(19, ("code", FieldType.Text, i => $"{i}"))).Key);

    [Fact]
    public void Complete_PairIsUnique_IsGuessed() =>
        Assert.Equal(["code", "day"], KeyGuess.Complete(Of(40, ("day", FieldType.Date, i => $"2025-01-{(i / 10) + 10}"), ("code", FieldType.Text, i => $"{i % 10}"), ("n", FieldType.Integer, _ => "1"))).Key);

    [Fact]
    public void Complete_KeyOfAnUnfitType_IsNotedAndReplaced()
    {
        var table = KeyGuess.Complete(Of(30, ("ratio", FieldType.Double, i => $"{i}"), ("code", FieldType.Text, i => $"{i}")) with { Key = ["ratio"], KeyOrigin = KeyOrigin.Primary });
        Assert.Equal((KeyOrigin.Guess, "code"), (table.KeyOrigin, Assert.Single(table.Key)));
        Assert.Contains(table.Notes, n => n.En.Contains("the key ratio", StringComparison.Ordinal));
    }

    private static InventoryTable Of(int rows, params (string Name, FieldType Type, Func<int, string?> Value)[] columns)
    {
        var samples = columns.ToDictionary(c => c.Name, c =>
        {
            var tally = new ColumnTally();
            foreach (var row in Enumerable.Range(0, rows))
            {
                if (c.Value(row) is { } value) tally.Add(value);
                else tally.AddNull();
            }

            return tally.Sum();
        }, StringComparer.Ordinal);
        return new InventoryTable(1, "public", "t", TableKind.Table, null, rows, true, 1, true, false)
        {
            Columns = [.. columns.Select(c => new InventoryColumn(c.Name, "any", c.Type, false, null, null, null, null, false, true))],
            Sample = new TableSample(rows, true, samples),
        };
    }
}
