using Xunit;

namespace Exchange.System.Tests.Faults;

public sealed class TallyTests
{
    [Fact]
    public void Of_EachKindOfFailure_IsCounted()
    {
        var acknowledged = new Dictionary<long, string> { [1] = "insert", [2] = "update", [3] = "delete", [4] = "update" };
        var tally = Tally.Of(acknowledged, [(1, "insert"), (2, "update"), (2, "update"), (4, "delete"), (9, "insert")], committedBefore: 0);
        Assert.Equal(new Tally(4, 4, Ok: 1, Lost: 1, Duplicated: 1, Unexpected: 2, Recovered: 1), tally);
    }
}
