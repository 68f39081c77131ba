using System.Buffers.Binary;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Proof;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Proof;

/// <summary>Against a real source; the store's side is a ledger. Both together with real programs are in Exchange.System.Tests.</summary>
[Trait("Cost", "Servers")]
public sealed class SourceReconciliationTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Columns =
        TestSchemas.PeopleSchema.Fields.ToDictionary(f => f.Name, f => f.Name == "name" ? "full_name" : f.Name, StringComparer.Ordinal);

    private readonly RecordingPlatform _platform = new();
    private readonly Dictionary<byte[], UInt128> _store = new(KeyBytes.Comparer);
    private DepartmentDatabase _department = null!;
    private Dictionary<byte[], UInt128>? _next;
    private bool _restless;

    public async ValueTask InitializeAsync()
    {
        _department = await DepartmentDatabase.CreateAsync();
        await _department.ExecuteAsync(TestSchemas.CreatePeople);
        await _department.ExecuteAsync(
            "INSERT INTO people SELECT 'P' || lpad(n::text, 4, '0'), '人员' || n, n % 90, n / 4.0, date '1990-01-01' + n, timestamptz '2026-01-01 00:00:00+00', NULL FROM generate_series(1, 300) n");
        _platform.Answers = Answer;
        await StoreSourceAsync();
    }

    public async ValueTask DisposeAsync() => await _department.DisposeAsync();

    [Fact]
    public async Task Reconcile_SameRows_IsEqual()
    {
        var report = await CompareAsync();

        Assert.Equal((ProofVerdict.Equal, 300L, 300L, 0L), (report.Verdict, report.Right.Rows, report.Compared.Rows, report.RefusedRows));
        Assert.Equal(report.Right.Digest, report.Compared.Digest);
        Assert.Contains("\"form\": \"exchange-proof/1\"", report.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reconcile_RowsThatBreakTheirSchema_AreCountedAndNoDifference()
    {
        await _department.ExecuteAsync("ALTER TABLE people ALTER full_name TYPE text; UPDATE people SET full_name = repeat('长', 60) WHERE code IN ('P0005', 'P0006')");
        Forget("P0006");

        var report = await CompareAsync();

        Assert.Equal((ProofVerdict.Equal, 2L, 298L, 299L), (report.Verdict, report.RefusedRows, report.Right.Rows, report.Compared.Rows));
    }

    [Fact]
    public async Task Reconcile_ChangesThatArriveMeanwhile_AreNoDifference()
    {
        await _department.ExecuteAsync("UPDATE people SET age = 99 WHERE code = 'P0007'; DELETE FROM people WHERE code = 'P0008'");
        // What the source has reaches the store before the second look.
        var now = _store.ToDictionary(KeyBytes.Comparer);
        await StoreSourceAsync();
        _next = _store.ToDictionary(KeyBytes.Comparer);
        Replace(now);

        var report = await CompareAsync();

        Assert.Equal((ProofVerdict.Equal, 2), (report.Verdict, report.MovingKeys));
        Assert.Empty(report.Differences);
    }

    [Fact]
    public async Task Reconcile_KeyThatNeverStandsStill_IsUnsettled()
    {
        Tamper("P0009");
        _restless = true;

        var report = await CompareAsync();

        Assert.Equal(ProofVerdict.Unsettled, report.Verdict);
        Assert.Empty(report.Differences);
    }

    [Fact]
    public async Task Reconcile_StoreLostRows_NamesThemAndRepairsByChangesAtTheCommittedPosition()
    {
        await PublishOnceAsync();
        var position = _platform.Position;
        Tamper("P0010");
        Forget("P0011");
        _store.Add(Key("X0001"), 1);

        var different = await CompareAsync();
        // What is committed is in the store.
        _platform.OnBatch = async batch =>
        {
            if (batch.Header.Kind == BatchKind.Changes) await StoreSourceAsync();
            return true;
        };
        var repaired = await CompareAsync(repair: true);

        string[] expected = ["Changed P0010", "Missing P0011", "Surplus X0001"];
        Assert.Equal(expected, Names(different));
        Assert.Equal((ProofVerdict.Different, ProofVerdict.Repaired), (different.Verdict, repaired.Verdict));
        Assert.Equal(expected, Names(repaired));
        var changes = _platform.Committed.Last();
        Assert.Equal((BatchKind.Changes, 3, position), (changes.Header.Kind, changes.Header.RowCount, changes.Header.Position));
        Assert.Equal(["D X0001", "U P0010", "U P0011"], Operations(changes));
    }

    [Fact]
    public async Task Reconcile_NothingPublishedYet_RepairsNothing()
    {
        Forget("P0011");
        var result = await RunAsync(repair: true);
        Assert.Equal(ErrorCodes.NothingPublished, result.Error!.Code);
    }

    [Fact]
    public async Task Reconcile_SourceDrifted_IsNoComparison()
    {
        await _department.ExecuteAsync("ALTER TABLE people DROP COLUMN pay");
        Assert.Equal(ErrorCodes.SchemaDrift, (await RunAsync(repair: false)).Error!.Code);
    }

    private async Task PublishOnceAsync()
    {
        await using var adapter = RunningAdapter.Publish(Source(), _platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1 });
    }

    private static IEnumerable<string> Names(ProofReport report) => report.Differences.Select(d => $"{d.Kind} {d.Key["code"]}").Order(StringComparer.Ordinal);

    private static List<string> Operations(RecordBatch batch)
    {
        var operations = new List<string>();
        var fields = new FieldSlice[TestSchemas.PeopleSchema.Fields.Count + 1];
        var reader = new RowReader(batch.Body.Span);
        while (reader.ReadRow(fields)) operations.Add($"{RowValue.Text(reader.Bytes(fields[0]))} {RowValue.Text(reader.Bytes(fields[1]))}");
        operations.Sort(StringComparer.Ordinal);
        return operations;
    }

    private PostgresSourceModel Source() => new(
        _department.Connection, TableName.Parse("people")!, Columns, PostgresReadMode.Snapshot, null, TimeSpan.FromMinutes(1), TimeSpan.Zero, null, "Asia/Shanghai");

    private async Task StoreSourceAsync()
    {
        var context = new SourceContext("people-adapter", TestSchemas.PeopleSchema, BatchLimits.Default, TimeProvider.System, new TestLog());
        await using var source = PostgresWhole.Open(Source(), context);
        using var ledger = (await new SourceReading(TestSchemas.PeopleSchema).ReadAsync(source, 1, CancellationToken.None)).Value;
        _store.Clear();
        foreach (var entry in ledger.Read(0).Where(e => e.IsCounted)) _store.Add(entry.Key, entry.Digest);
    }

    private void Replace(Dictionary<byte[], UInt128> store)
    {
        _store.Clear();
        foreach (var (key, digest) in store) _store.Add(key, digest);
    }

    private void Tamper(string code) => _store[Key(code)] += 1;

    private void Forget(string code) => Assert.True(_store.Remove(Key(code)));

    private static byte[] Key(string code) => [0, 0, 0, (byte)code.Length, .. System.Text.Encoding.ASCII.GetBytes(code)];

    private object? Answer(object request)
    {
        switch (request)
        {
            case CompareDigests compare:
                using (var ledger = new DigestLedger(compare.Ranges.Length))
                {
                    foreach (var (key, digest) in _store) ledger.Add(key, digest);
                    var source = compare.Ranges.Select(r => RangeDigest.Parse(r.Rows, r.Digest)!.Value).ToList();
                    var keys = KeyComparison.Ranges(source, ledger.Ranges).Select(r => new RangeKeys(r, [.. ledger.Read(r).Select(e => Message(e.Key, e.Digest))]));
                    return new DigestsCompared(
                        NewIdentifier.At<ResourceId>(Person.Updated), 300, default, [.. ledger.Ranges.Select(r => new DigestRange(r.Rows, r.Digest))], [.. keys], 0);
                }

            case ReadKeyDigests read:
                if (_next is not null) Replace(_next);
                if (_restless) Tamper("P0009");
                return new KeyDigestsRead(300, default, [.. read.Keys.Where(_store.ContainsKey).Select(k => Message(k, _store[k]))]);
            default:
                return null;
        }
    }

    private static KeyDigest Message(byte[] key, UInt128 digest)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, digest);
        return new KeyDigest(key, bytes);
    }

    private async Task<ProofReport> CompareAsync(bool repair = false)
    {
        var result = await RunAsync(repair);
        Assert.False(result.IsError, result.ToString());
        return result.Value;
    }

    private Task<Result<ProofReport>> RunAsync(bool repair)
    {
        var adapter = new PublishingAdapter("people-adapter", null, TestSchemas.Register(), Source(), BatchLimits.Default);
        var environment = new PublishingEnvironment(_platform, _platform, new RecordedProgress(), TimeProvider.System, new TestLog());
        return new SourceReconciliation(adapter, environment, new ReconcileOptions(repair, TimeSpan.FromMilliseconds(1))).RunAsync(TestContext.Current.CancellationToken);
    }
}
