using Xunit;

namespace Exchange.System.Tests.Faults;

public sealed class TallyTests
{
    [Fact]
    public void Of_EachKindOfFailure_IsCounted()
    {
        var attempted = new Dictionary<long, string> { [1] = "insert", [2] = "update", [3] = "delete", [4] = "update" };
        var tally = Tally.Of(
            attempted, attempted.Keys.ToHashSet(), [(1, "insert"), (2, "update"), (2, "update"), (4, "delete"), (9, "insert")], committedBefore: 0);
        Assert.Equal(new Tally(4, 4, Ok: 1, Lost: 1, Duplicated: 1, Unexpected: 2, Recovered: 1), tally);
    }

    [Fact]
    public void Of_ChangesWithoutAnAnswer_MayBeSeenOnceOrNotAtAll()
    {
        var attempted = new Dictionary<long, string> { [1] = "insert", [2] = "update", [3] = "delete", [4] = "update", [5] = "insert" };
        var tally = Tally.Of(attempted, new HashSet<long> { 1 }, [(1, "insert"), (2, "update"), (4, "delete"), (5, "insert"), (5, "insert")], committedBefore: 0);
        Assert.Equal(new Tally(5, 1, Ok: 1, Lost: 0, Duplicated: 1, Unexpected: 1, Recovered: 1), tally);
    }
}
