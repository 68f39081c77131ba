using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.Adapters.Tests.Sinks.Postgres;

[Trait("Cost", "Servers")]
public sealed class TargetFaultTests
{
    [Fact]
    public async Task Follow_RowTheTargetRefuses_IsHeldWithTheRuleAndNoValueAndGoesOnOnceMended()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        await using var department = await DepartmentDatabase.CreateAsync();
        await department.ExecuteAsync("CREATE TABLE people (code text PRIMARY KEY, name text, age bigint CONSTRAINT adults_only CHECK (age >= 18))");
        gateway.Granted = "code:text,name:text,age:bigint";
        gateway.Upsert(new Person("P0001", "甲", 30));
        gateway.Upsert(new Person("P0002", "乙", 7));

        await using var adapter = RunningAdapter.Receive(Adapter(gateway, department.ConnectionString));
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Held);

        var problem = adapter.Progress.Last!.Problem!;
        Assert.Equal("target_row_refused", problem.Code.Name);
        Assert.Contains("SQLSTATE 23514, table people, constraint adults_only", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("P0002", problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await department.ScalarAsync<long>("SELECT count(*) FROM people"));
        await department.ExecuteAsync("ALTER TABLE people DROP CONSTRAINT adults_only");
        await Eventually.TrueAsync(async () => await department.ScalarAsync<long>("SELECT count(*) FROM people") == 2, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Follow_KeyOfAMissingTableOccursTwice_IsHeldWithoutValuesAndLeavesNoTable()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        await using var department = await DepartmentDatabase.CreateAsync();
        gateway.Granted = "code:text,name:text";
        gateway.Upsert(new Person("P0001", "同名"));
        gateway.Upsert(new Person("P0002", "同名"));

        await using var adapter = RunningAdapter.Receive(Adapter(gateway, department.ConnectionString, "name"));
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Held);

        var problem = adapter.Progress.Last!.Problem!;
        Assert.Equal("target_row_refused", problem.Code.Name);
        Assert.Contains("SQLSTATE 23505, table people", problem.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("同名", problem.ToString(), StringComparison.Ordinal);
        Assert.True(await department.ScalarAsync<bool>("SELECT to_regclass('people') IS NULL"));
    }

    [Fact]
    public async Task Follow_TargetDown_IsTriedAgainAndSaysSo()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        gateway.Upsert(new Person("P0001", "甲", 30));
        await using var adapter = RunningAdapter.Receive(Adapter(gateway, "Host=127.0.0.1;Port=1;Username=a;Password=b;Database=c"));

        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Retrying);

        Assert.Equal("target_unavailable", adapter.Progress.Last!.Problem!.Code.Name);
    }

    [Theory]
    [InlineData("22001", "target_row_refused")]
    [InlineData("23505", "target_row_refused")]
    [InlineData("P0001", "target_row_refused")]
    [InlineData("42703", "target_drift")]
    [InlineData("42501", "target_unavailable")]
    [InlineData("57P01", "target_unavailable")]
    [InlineData("53100", "target_unavailable")]
    public void Describe_StateOfTheServer_TellsWhoMustAct(string state, string code) =>
        Assert.Equal(code, TargetFault.Describe(new PostgresException("text", "ERROR", "ERROR", state)).Code.Name);

    [Fact]
    public void Describe_GatewayCutOff_BlamesTheSource() => Assert.Equal("source_unavailable", TargetFault.Describe(new IOException("cut")).Code.Name);

    private static ReceivingAdapter Adapter(ScriptedGateway gateway, string connection, params string[] key) => new(
        "people-sink",
        new ExchangeSourceModel(gateway.Address, "client", "secret", "people", "审批", null, TimeSpan.FromSeconds(1), 1_000),
        new PostgresSinkModel(new PostgresConnection(connection), TableName.Parse("people")!, true, new Dictionary<string, string>(StringComparer.Ordinal), key, "Asia/Shanghai"));
}
