using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Proof;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Records.Proof;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Proof;

[Trait("Cost", "Servers")]
public sealed class SinkReconciliationTests : IAsyncLifetime
{
    private ScriptedGateway _gateway = null!;
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await ScriptedGateway.StartAsync();
        _department = await DepartmentDatabase.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _department.DisposeAsync();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task Reconcile_NothingDiffers_IsEqualThoughChangesWait()
    {
        await LandAsync(200);
        _gateway.Upsert(new Person("P0007", "改名", 70));
        _gateway.Delete("P0008");
        _gateway.Upsert(new Person("N0001", "新人"));

        var report = await CompareAsync();

        Assert.Equal(ProofVerdict.Equal, report.Verdict);
        Assert.Empty(report.Differences);
        Assert.Equal(3, report.MovingKeys);
        Assert.Equal((200L, 200L), (report.Right.Rows, report.Compared.Rows));
    }

    [Fact]
    public async Task Reconcile_TargetWasTamperedWith_NamesTheKeysAndRepairsThemOnly()
    {
        await LandAsync(200);
        await TamperAsync();
        _gateway.Upsert(new Person("P0100", "在途", 1));
        var untouched = await _department.RowsAsync("SELECT code, xmin::text FROM people WHERE code NOT IN ('P0002', 'P0003', 'X0001') ORDER BY code");

        var different = await CompareAsync();
        var repaired = await CompareAsync(repair: true);
        var after = await CompareAsync();

        string[] expected = ["Changed P0002", "Missing P0003", "Surplus X0001"];
        Assert.Equal((ProofVerdict.Different, 1), (different.Verdict, different.MovingKeys));
        Assert.Equal(expected, Names(different));
        Assert.Equal(ProofVerdict.Repaired, repaired.Verdict);
        Assert.Equal(expected, Names(repaired));
        Assert.Equal((ProofVerdict.Equal, 0), (after.Verdict, after.Differences.Count));
        Assert.Equal(untouched, await _department.RowsAsync("SELECT code, xmin::text FROM people WHERE code NOT IN ('P0002', 'P0003', 'X0001') ORDER BY code"));
        await using var adapter = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(async () => (await _department.RowsAsync("SELECT code, name, age FROM people ORDER BY code")).SequenceEqual(_gateway.Rows()));
    }

    [Fact]
    public async Task Reconcile_RepairedRows_AreComparedAgainWithoutReadingTheWholeSlice()
    {
        await LandAsync(200);
        await TamperAsync();
        var before = _gateway.Requests.Count;

        var report = await CompareAsync(repair: true);

        Assert.Equal(ProofVerdict.Repaired, report.Verdict);
        Assert.Empty(report.Remaining);
        var asked = _gateway.Requests.Skip(before).Where(r => r.StartsWith("/v1/data/people", StringComparison.Ordinal)).ToList();
        Assert.Equal(1, asked.Count(r => r == "/v1/data/people"));
        Assert.Equal(2, asked.Count(r => r.Contains("P0002", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reconcile_TargetDoesNotTakeARepair_SaysWhichKeysStillDiffer(bool isMasked)
    {
        await LandAsync(200);
        await TamperAsync();
        await _department.ExecuteAsync("""
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.code = ''P0002'' THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER hold BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION hold()
            """);
        _gateway.RefusesFilters = isMasked;

        var report = await CompareAsync(repair: true);

        Assert.Equal(ProofVerdict.Different, report.Verdict);
        Assert.Equal(["Changed P0002", "Missing P0003", "Surplus X0001"], Names(report));
        Assert.Equal(["Changed P0002"], report.Remaining.Select(d => $"{d.Kind} {d.Key["code"]}"));
    }

    [Fact]
    public async Task Reconcile_RepairedRowChangesAtOnce_IsRepaired()
    {
        await LandAsync(200);
        await TamperAsync();
        // What is asked for a second time is newer than what was filled in.
        _gateway.OnFiltered = nth =>
        {
            if (nth == 2) _gateway.Upsert(new Person("P0002", "又改", 3));
        };

        var report = await CompareAsync(repair: true);

        Assert.Equal(ProofVerdict.Repaired, report.Verdict);
        Assert.Empty(report.Remaining);
    }

    [Fact]
    public async Task Reconcile_KeyCannotBeAskedFor_RepairsByTheWholeSlice()
    {
        await LandAsync(50);
        await TamperAsync();
        _gateway.RefusesFilters = true;

        Assert.Equal(ProofVerdict.Repaired, (await CompareAsync(repair: true)).Verdict);

        Assert.Equal(_gateway.Rows(), await _department.RowsAsync("SELECT code, name, age FROM people ORDER BY code"));
    }

    [Fact]
    public async Task Reconcile_TargetOfOtherTypes_ComparesWhatItKeepsAndNamesTheRest()
    {
        await _department.ExecuteAsync("CREATE TABLE people (code char(8) PRIMARY KEY, name varchar(50), age smallint, pay numeric(18,1), born date, updated_at timestamp)");
        await LandAsync(60);

        var report = await CompareAsync();

        Assert.Equal(ProofVerdict.Equal, report.Verdict);
        Assert.Equal(["pay"], report.LeftOut.Select(l => l.Column));
        await _department.ExecuteAsync("UPDATE people SET updated_at = updated_at + interval '1 microsecond' WHERE code = 'P0009'");
        Assert.Equal(["Changed P0009"], Names(await CompareAsync()));
    }

    [Fact]
    public async Task Reconcile_NothingLanded_SaysSo()
    {
        var result = await RunAsync(repair: false);
        Assert.Equal(ErrorCodes.NothingLanded, result.Error!.Code);
    }

    [Fact]
    public async Task Reconcile_SliceCutOff_IsNoComparison()
    {
        await LandAsync(50);
        _gateway.End = AnswerEnd.NoTrailer;
        Assert.Equal(ErrorCodes.SourceUnavailable, (await RunAsync(repair: false)).Error!.Code);
    }

    [Theory]
    [InlineData(FieldType.Text, "character varying", 54, true)]
    [InlineData(FieldType.Number, "numeric", -1, true)]
    [InlineData(FieldType.Number, "numeric", 1179654, false)]
    [InlineData(FieldType.Number, "double precision", -1, false)]
    [InlineData(FieldType.Double, "real", -1, false)]
    [InlineData(FieldType.Text, "citext", -1, false)]
    public void Keeps_ColumnType_TellsWhetherEveryValueComesBack(FieldType field, string column, int modifier, bool expected) =>
        Assert.Equal(expected, TargetReading.Keeps(field, column, modifier));

    private ReceivingAdapter Adapter() => new(
        "people-sink",
        new ExchangeSourceModel(_gateway.Address, "client", "secret", "people", "审批", null, TimeSpan.FromSeconds(1), 1_000),
        new PostgresSinkModel(_department.Connection, TableName.Parse("people")!, true, new Dictionary<string, string>(StringComparer.Ordinal), [], "Asia/Shanghai"));

    private async Task LandAsync(int count)
    {
        for (var i = 1; i <= count; i++) _gateway.Upsert(new Person($"P{i:0000}", $"人员{i}", i, i * 1.25m, new DateOnly(1990, 1, 1).AddDays(i)));
        await using var adapter = RunningAdapter.Receive(Adapter());
        await Eventually.TrueAsync(() => adapter.Progress.Phase == AdapterPhase.CaughtUp);
    }

    private async Task TamperAsync()
    {
        await _department.ExecuteAsync("UPDATE people SET pay = pay + 0.01 WHERE code = 'P0002'");
        await _department.ExecuteAsync("DELETE FROM people WHERE code = 'P0003'");
        await _department.ExecuteAsync("INSERT INTO people (code, name, updated_at) VALUES ('X0001', '多余', now())");
    }

    private static IEnumerable<string> Names(ProofReport report) => report.Differences.Select(d => $"{d.Kind} {d.Key["code"]}").Order(StringComparer.Ordinal);

    private async Task<ProofReport> CompareAsync(bool repair = false)
    {
        var result = await RunAsync(repair);
        Assert.False(result.IsError, result.ToString());
        return result.Value;
    }

    private Task<Result<ProofReport>> RunAsync(bool repair) => new SinkReconciliation(
        Adapter(), new ReceivingEnvironment(new RecordedProgress(), TimeProvider.System, new TestLog()), new ReconcileOptions(repair, null)).RunAsync(TestContext.Current.CancellationToken);
}
