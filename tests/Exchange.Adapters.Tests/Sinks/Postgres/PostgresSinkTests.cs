using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.Adapters.Tests.Sinks.Postgres;

[Trait("Cost", "Servers")]
public sealed class PostgresSinkTests : SinkContract
{
    private static readonly Dictionary<string, string> Columns = new(StringComparer.Ordinal) { ["name"] = "full_name" };
    private DepartmentDatabase _department = null!;
    private bool _create = true;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _department = await DepartmentDatabase.CreateAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _department.DisposeAsync();
        await base.DisposeAsync();
    }

    internal override ReceivingAdapter Adapter() => new(
        "sink-adapter", Source(), new PostgresSinkModel(_department.Connection, TableName.Parse("public.residents")!, _create, Columns, [], "Asia/Shanghai"));

    internal override async Task<List<string>> TargetAsync()
    {
        try
        {
            return await _department.RowsAsync("SELECT code, full_name, age FROM residents ORDER BY code COLLATE \"C\"");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [];
        }
    }

    [Fact]
    public async Task Follow_NoTable_CreatesItWithKeyAndComments()
    {
        Fill(3);
        await using var adapter = RunningAdapter.Receive(Adapter());
        await LandedAsync(adapter);
        Assert.Equal(
            ["code|text|编号", "full_name|text|姓名", "age|bigint|∅", "pay|numeric|∅", "born|date|∅", "updated_at|timestamp with time zone|∅"],
            await _department.RowsAsync("""
                SELECT attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) FROM pg_attribute
                WHERE attrelid = 'residents'::regclass AND attnum > 0 ORDER BY attnum
                """));
        Assert.Equal("PRIMARY KEY (code)", await _department.ScalarAsync<string>("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'residents'::regclass AND contype = 'p'"));
        Assert.Equal("1990-01-02|1.25", Assert.Single(await _department.RowsAsync("SELECT born::text, pay::text FROM residents WHERE code = 'P0001'")));
    }

    [Fact]
    public async Task Follow_TableOfOtherTypes_ConvertsOnTheWay()
    {
        _create = false;
        await _department.ExecuteAsync("""
            CREATE TABLE residents (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code char(6) NOT NULL UNIQUE, full_name varchar(50), age smallint, pay numeric(18,2), born date, updated_at timestamp)
            """);
        Gateway.Upsert(new Person("P00001", "甲", 30, 1.5m));
        await using var adapter = RunningAdapter.Receive(Adapter());
        await LandedAsync(adapter);
        Gateway.Upsert(new Person("P00001", "乙", 31, 2.5m));
        Gateway.Upsert(new Person("P00002", "丙"));
        await LandedAsync(adapter);
        Assert.Equal("2026-01-02 11:04:05|2.50", Assert.Single(await _department.RowsAsync("SELECT updated_at::text, pay::text FROM residents WHERE code = 'P00001'")));
    }

    [Theory]
    [InlineData("ALTER TABLE residents DROP COLUMN age", "the column age is gone")]
    [InlineData("ALTER TABLE residents ALTER COLUMN age TYPE text", "the column age is text")]
    [InlineData("ALTER TABLE residents DROP CONSTRAINT residents_pkey", "no unique index over code")]
    [InlineData("DROP TABLE residents", "the table public.residents is gone")]
    public async Task Follow_TargetDrifted_HoldsWithTheReason(string drift, string reason)
    {
        Fill(5);
        await using (var first = RunningAdapter.Receive(Adapter())) await LandedAsync(first);
        await _department.ExecuteAsync(drift);
        Gateway.Upsert(new Person("N0001", "新人"));
        await using var adapter = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.Held);
        Assert.Equal("target_drift", adapter.Progress.Last!.Problem!.Code.Name);
        Assert.Contains(reason, adapter.Progress.Last.Problem.ToString(), StringComparison.Ordinal);
        Assert.Equal("5", Assert.Single(await _department.RowsAsync("SELECT \"cursor\" FROM exchange_cursor")));
    }

    [Fact]
    public async Task Follow_FieldsChanged_AddsTheNewAndEmptiesTheWithdrawn()
    {
        Fill(5);
        Gateway.Granted = "code:text,name:text,age:bigint,pay:numeric";
        await using (var first = RunningAdapter.Receive(Adapter())) await LandedAsync(first);
        Assert.Equal(5, await _department.ScalarAsync<long>("SELECT count(pay) FROM residents"));

        Gateway.Granted = "code:text,name:text,age:bigint,born:date";
        Gateway.Floor = 1_000;
        await using var second = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(async () => await _department.ScalarAsync<long>("SELECT count(*) FROM information_schema.columns WHERE table_name = 'residents' AND column_name = 'born'") == 1);
        Assert.Equal("5|0", Assert.Single(await _department.RowsAsync("SELECT count(born), count(pay) FROM residents")));
    }

    [Fact]
    public async Task ReadState_ManyAtOnce_CreateOneCursorTable()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            await using var sink = PostgresSink.Open(Adapter().Sink, $"sink-{i}", Source(), TimeProvider.System);
            Assert.Null((await sink.ReadStateAsync(CancellationToken.None)).Cursor);
        }));
        Assert.Equal("exchange_cursor", await _department.ScalarAsync<string>("SELECT to_regclass('exchange_cursor')::text"));
    }

    [Fact]
    public async Task Follow_RowsUnchanged_AreNotWrittenAgain()
    {
        Fill(5);
        await using (var first = RunningAdapter.Receive(Adapter())) await LandedAsync(first);
        var before = await _department.RowsAsync("SELECT code, xmin::text FROM residents ORDER BY code");
        Gateway.Upsert(new Person("P0001", "改名"));
        Gateway.Floor = 6;
        await using var second = RunningAdapter.Receive(Adapter());
        await LandedAsync(second);
        Assert.Equal(before.Skip(1), (await _department.RowsAsync("SELECT code, xmin::text FROM residents ORDER BY code")).Skip(1));
    }
}
