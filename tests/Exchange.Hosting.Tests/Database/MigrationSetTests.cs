using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;

namespace Exchange.Hosting.Tests.Database;

public sealed class MigrationSetTests
{
    private static readonly Migration First = MigrationSet.Create(1, "first", "SELECT 1;\n");
    private static readonly Migration Second = MigrationSet.Create(2, "second", "SELECT 2;\n");
    private static readonly MigrationSet Set = MigrationSet.From("s", [Second, First]);

    [Fact]
    public void Create_OtherLineEnds_SameChecksum() => Assert.Equal(First.Sha256, MigrationSet.Create(1, "first", "SELECT 1;\r\n").Sha256);

    [Fact]
    public void From_Unordered_InOrderOfVersion() => Assert.Equal([1, 2], Set.Migrations.Select(m => m.Version));

    [Fact]
    public void From_Gap_Throws() => Assert.Throws<InvalidOperationException>(() => MigrationSet.From("s", [First, MigrationSet.Create(3, "third", "")]));

    [Fact]
    public void From_TwoOfOneVersion_Throws() => Assert.Throws<InvalidOperationException>(() => MigrationSet.From("s", [First, First]));

    [Fact]
    public void Pending_NothingApplied_All() => Assert.Equal([First, Second], Migrator.Pending(Set, new Dictionary<int, string>()).Value);

    [Fact]
    public void Pending_FirstApplied_Second() => Assert.Equal([Second], Migrator.Pending(Set, new Dictionary<int, string> { [1] = First.Sha256 }).Value);

    [Fact]
    public void Pending_AppliedWithOtherContent_MigrationChanged() =>
        Assert.Same(ErrorCodes.MigrationChanged, Migrator.Pending(Set, new Dictionary<int, string> { [1] = Second.Sha256 }).Error?.Code);

    [Fact]
    public void Pending_AppliedButUnknown_MigrationUnknown() =>
        Assert.Same(ErrorCodes.MigrationUnknown, Migrator.Pending(Set, new Dictionary<int, string> { [1] = First.Sha256, [2] = Second.Sha256, [3] = "x" }).Error?.Code);

    [Fact]
    public void FromAssembly_WithoutMigrations_Empty() => Assert.Empty(MigrationSet.FromAssembly(typeof(MigrationSetTests).Assembly, "s").Migrations);
}
