using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Exchange.Testing.Servers;
using Npgsql;

namespace Exchange.Hosting.Tests.Database;

[Trait("Cost", "Servers")]
public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly Migration First = MigrationSet.Create(1, "first", "CREATE TABLE catalog.one (a int); INSERT INTO catalog.one VALUES (1);");
    private static readonly Migration Second = MigrationSet.Create(2, "second", "ALTER TABLE catalog.one ADD COLUMN b int;");
    private static readonly Migration Broken = MigrationSet.Create(2, "broken", "CREATE TABLE catalog.two (a int); SELECT 1/0;");

    private PlatformDatabase _platform = null!;
    private NpgsqlDataSource _database = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformDatabase.CreateAsync();
        _database = DatabaseFactory.Create(new DatabaseOptions { ConnectionString = _platform.CatalogConnection }, "migrator-tests");
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task Apply_Twice_SecondTimeNothing()
    {
        var set = MigrationSet.From("catalog", [First, Second]);

        Assert.Equal([First, Second], (await Migrator.ApplyAsync(_database, set, Cancellation)).Value);
        Assert.Empty((await Migrator.ApplyAsync(_database, set, Cancellation)).Value);
        Assert.Equal(1, await _platform.ScalarAsync<int>("SELECT count(*)::int FROM catalog.one"));
    }

    [Fact]
    public async Task Apply_EightAtOnce_EachMigrationOnce()
    {
        var set = MigrationSet.From("catalog", [First, Second]);

        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Migrator.ApplyAsync(_database, set, Cancellation)));

        Assert.Equal(2, applied.Sum(a => a.Value.Count));
        Assert.Equal(1, await _platform.ScalarAsync<int>("SELECT count(*)::int FROM catalog.one"));
    }

    [Fact]
    public async Task Apply_SecondFails_FirstStaysAndSecondLeavesNoTrace()
    {
        await Assert.ThrowsAsync<PostgresException>(() => Migrator.ApplyAsync(_database, MigrationSet.From("catalog", [First, Broken]), Cancellation));

        Assert.Equal(1, await _platform.ScalarAsync<int>("SELECT count(*)::int FROM catalog.schema_history"));
        Assert.True(await _platform.ScalarAsync<bool>("SELECT to_regclass('catalog.two') IS NULL"));
        // The lock is free again.
        Assert.Equal([Second], (await Migrator.ApplyAsync(_database, MigrationSet.From("catalog", [First, Second]), Cancellation)).Value);
    }

    [Fact]
    public async Task Apply_ChangedFile_ErrorAndNothingApplied()
    {
        await Migrator.ApplyAsync(_database, MigrationSet.From("catalog", [First]), Cancellation);

        var result = await Migrator.ApplyAsync(_database, MigrationSet.From("catalog", [First with { Sha256 = "other" }, Second]), Cancellation);

        Assert.Same(ErrorCodes.MigrationChanged, result.Error?.Code);
        Assert.Equal(1, await _platform.ScalarAsync<int>("SELECT count(*)::int FROM catalog.schema_history"));
    }

    [Fact]
    public async Task Plan_FreshDatabase_AllAndNothingDone()
    {
        var plan = await Migrator.PlanAsync(_database, MigrationSet.From("catalog", [First]), Cancellation);

        Assert.Equal([First], plan.Value);
        Assert.True(await _platform.ScalarAsync<bool>("SELECT to_regclass('catalog.schema_history') IS NULL"));
    }
}
