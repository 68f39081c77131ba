using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sinks.Postgres;

[Trait("Cost", "Servers")]
public sealed class EvolveCommandTests : IAsyncLifetime
{
    private ScriptedGateway _gateway = null!;
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await ScriptedGateway.StartAsync();
        _department = await DepartmentDatabase.CreateAsync();
        for (var i = 1; i <= 5; i++) _gateway.Upsert(new Person($"P{i:0000}", $"人员{i}", i, i * 1.25m, new DateOnly(1990, 1, i)));
    }

    public async ValueTask DisposeAsync()
    {
        await _department.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task Evolve_GrantGrew_ShowsThenAppliesAndReloadsWithoutDroppingAnything()
    {
        await _department.ExecuteAsync("CREATE TABLE people (code varchar(20) PRIMARY KEY, name varchar(10), age smallint, remark text)");
        _gateway.Granted = "code:text,name:text,age:bigint";
        await FollowAsync();
        await _department.ExecuteAsync("UPDATE people SET remark = '本单位备注'");
        _gateway.Granted = ScriptedGateway.Columns;

        var shown = Ok(await EvolveAsync(apply: false));
        var columns = await ColumnsAsync();
        var applied = Ok(await EvolveAsync(apply: true));
        var again = Ok(await EvolveAsync(apply: true));

        Assert.Equal(
            [
                "ALTER TABLE \"people\" ALTER COLUMN \"name\" TYPE text",
                "ALTER TABLE \"people\" ALTER COLUMN \"age\" TYPE bigint",
                "ALTER TABLE \"people\" ADD COLUMN \"pay\" numeric",
                "ALTER TABLE \"people\" ADD COLUMN \"born\" date",
                "ALTER TABLE \"people\" ADD COLUMN \"updated_at\" timestamp with time zone",
            ],
            shown.Statements);
        Assert.Equal(["code", "name", "age", "remark"], columns);
        Assert.Equal(shown.Statements, applied.Statements);
        Assert.Empty(again.Statements);
        Assert.Null(await _department.ScalarAsync<string>("SELECT \"cursor\" FROM exchange_cursor"));
        await FollowAsync();
        Assert.Equal(5, await _department.ScalarAsync<long>("SELECT count(*) FROM people WHERE pay IS NOT NULL AND born IS NOT NULL AND remark = '本单位备注'"));
    }

    [Fact]
    public async Task Evolve_ColumnThatCannotFollow_ChangesNothing()
    {
        await _department.ExecuteAsync("CREATE TABLE people (code varchar(20) PRIMARY KEY, name text, age date)");
        _gateway.Granted = "code:text,name:text,age:bigint,born:date";

        var refused = await EvolveAsync(apply: true);

        Assert.Equal(ErrorCodes.TargetCannotEvolve, refused.Error!.Code);
        Assert.Contains("age", refused.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["code", "name", "age"], await ColumnsAsync());
    }

    [Theory]
    [InlineData(FieldType.Text, "character varying", 24, 20, true)]
    [InlineData(FieldType.Text, "character varying", 24, 21, false)]
    [InlineData(FieldType.Text, "character varying", -1, null, true)]
    [InlineData(FieldType.Text, "character varying", 24, null, false)]
    [InlineData(FieldType.Integer, "integer", -1, null, false)]
    [InlineData(FieldType.Date, "date", -1, null, true)]
    [InlineData(FieldType.Double, "real", -1, null, false)]
    public void Takes_ColumnType_TellsWhetherEveryValueFits(FieldType type, string present, int modifier, int? longest, bool expected)
    {
        var field = new Field { Name = "f", Ordinal = 0, Type = type, Nullable = true, Rules = new FieldRules { MaxLength = longest } };
        Assert.Equal(expected, TargetEvolution.Takes(new TargetColumn("f", type, "f", false, null), new PresentColumn("f", present, modifier), field));
    }

    private static EvolutionPlan Ok(Result<EvolutionPlan> result)
    {
        Assert.False(result.IsError, result.ToString());
        return result.Value;
    }

    private Task<Result<EvolutionPlan>> EvolveAsync(bool apply) => EvolveCommand.EvolveAsync(Adapter(), apply, TimeProvider.System, TestContext.Current.CancellationToken);

    private Task<List<string>> ColumnsAsync() => _department.RowsAsync(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'people'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum");

    private ReceivingAdapter Adapter() => new(
        "people-sink",
        new ExchangeSourceModel(_gateway.Address, "client", "secret", "people", "审批", null, TimeSpan.FromSeconds(1), 1_000),
        new PostgresSinkModel(_department.Connection, TableName.Parse("people")!, false, new Dictionary<string, string>(StringComparer.Ordinal), [], "Asia/Shanghai"));

    private async Task FollowAsync()
    {
        await using var adapter = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.CaughtUp);
    }
}
