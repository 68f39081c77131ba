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

/// <summary>A real source, and a store that is a ledger. Both sides with real programs are in Exchange.System.Tests.</summary>
public abstract class SourceReconciliationBench : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Columns =
        TestSchemas.PeopleSchema.Fields.ToDictionary(f => f.Name, f => f.Name == "name" ? "full_name" : f.Name, StringComparer.Ordinal);

    private protected RecordingPlatform Platform { get; } = new();

    /// <summary>Digests by key.</summary>
    private protected Dictionary<byte[], UInt128> Store { get; } = new(KeyBytes.Comparer);

    private protected DepartmentDatabase Department { get; private set; } = null!;

    /// <summary>What the store holds from the next look at single keys on.</summary>
    private protected Dictionary<byte[], UInt128>? Next { get; set; }

    /// <summary>Whether a row of the store is another one at each look.</summary>
    private protected bool IsRestless { get; set; }

    /// <summary>What one answer of the catalogue carries.</summary>
    private protected int RangesPerAnswer { get; set; } = int.MaxValue;

    /// <summary>Whether the catalogue knows of no first range.</summary>
    private protected bool IsOld { get; set; }

    /// <summary>How often the store was read.</summary>
    private protected int Readings { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Department = await DepartmentDatabase.CreateAsync();
        await Department.ExecuteAsync(TestSchemas.CreatePeople);
        await Department.ExecuteAsync(
            "INSERT INTO people SELECT 'P' || lpad(n::text, 4, '0'), '人员' || n, n % 90, n / 4.0, date '1990-01-01' + n, timestamptz '2026-01-01 00:00:00+00', NULL FROM generate_series(1, 300) n");
        Platform.Answers = Answer;
        await StoreSourceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Department.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task PublishOnceAsync()
    {
        await using var adapter = RunningAdapter.Publish(Source(), Platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1 });
    }

    private protected static IEnumerable<string> Names(ProofReport report) => report.Differences.Select(d => $"{d.Kind} {d.Key["code"]}").Order(StringComparer.Ordinal);

    private protected static List<string> Operations(RecordBatch batch)
    {
        var operations = new List<string>();
        var fields = new FieldSlice[TestSchemas.PeopleSchema.Fields.Count + 1];
        var reader = new RowReader(batch.Body.Span);
        while (reader.ReadRow(fields)) operations.Add($"{RowValue.Text(reader.Bytes(fields[0]))} {RowValue.Text(reader.Bytes(fields[1]))}");
        operations.Sort(StringComparer.Ordinal);
        return operations;
    }

    private PostgresSourceModel Source() => new(
        Department.Connection, TableName.Parse("people")!, Columns, PostgresReadMode.Snapshot, null, TimeSpan.FromMinutes(1), TimeSpan.Zero, null, "Asia/Shanghai");

    private protected async Task StoreSourceAsync()
    {
        var context = new SourceContext("people-adapter", TestSchemas.PeopleSchema, BatchLimits.Default, TimeProvider.System, new TestLog());
        await using var source = PostgresWhole.Open(Source(), context);
        using var ledger = (await new SourceReading(TestSchemas.PeopleSchema).ReadAsync(source, 1, CancellationToken.None)).Value;
        Store.Clear();
        foreach (var entry in ledger.Read(0).Where(e => e.IsCounted)) Store.Add(entry.Key, entry.Digest);
    }

    private protected void Replace(Dictionary<byte[], UInt128> store)
    {
        Store.Clear();
        foreach (var (key, digest) in store) Store.Add(key, digest);
    }

    /// <summary>The store is empty; what is sent to it again it holds.</summary>
    /// <param name="save">But not this.</param>
    private protected void LoseAll(string? save = null)
    {
        var all = Store.ToDictionary(KeyBytes.Comparer);
        Store.Clear();
        Platform.OnBatch = batch =>
        {
            foreach (var code in Operations(batch).Select(o => o[2..]).Where(c => c != save)) Store[Key(code)] = all[Key(code)];
            return Task.FromResult(true);
        };
    }

    private protected void Tamper(string code) => Store[Key(code)] += 1;

    private protected void Forget(string code) => Assert.True(Store.Remove(Key(code)));

    private protected static byte[] Key(string code) => [0, 0, 0, (byte)code.Length, .. System.Text.Encoding.ASCII.GetBytes(code)];

    private object? Answer(object request)
    {
        switch (request)
        {
            case CompareDigests compare:
                Readings++;
                using (var ledger = new DigestLedger(compare.Ranges.Length))
                {
                    foreach (var (key, digest) in Store) ledger.Add(key, digest);
                    var source = compare.Ranges.Select(r => RangeDigest.Parse(r.Rows, r.Digest)!.Value).ToList();
                    var asked = KeyComparison.Ranges(source, ledger.Ranges).Where(r => IsOld || r >= compare.FirstRange).ToList();
                    var keys = asked.Take(RangesPerAnswer).Select(r => new RangeKeys(r, [.. ledger.Read(r).Select(e => Message(e.Key, e.Digest))]));
                    return new DigestsCompared(
                        NewIdentifier.At<ResourceId>(Person.Updated), 300, default, [.. ledger.Ranges.Select(r => new DigestRange(r.Rows, r.Digest))], [.. keys], Math.Max(0, asked.Count - RangesPerAnswer));
                }

            case ReadKeyDigests { Keys.Length: > ReadKeyDigests.MostKeys }:
                return ErrorCodes.ProofInvalid.With(("reason", "too many keys"));
            case ReadKeyDigests read:
                if (Next is not null) Replace(Next);
                if (IsRestless) Tamper("P0009");
                return new KeyDigestsRead(300, default, [.. read.Keys.Where(Store.ContainsKey).Select(k => Message(k, Store[k]))]);
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

    private protected async Task<ProofReport> CompareAsync(bool repair = false)
    {
        var result = await RunAsync(repair);
        Assert.False(result.IsError, result.ToString());
        return result.Value;
    }

    private protected Task<Result<ProofReport>> RunAsync(bool repair)
    {
        var adapter = new PublishingAdapter("people-adapter", null, TestSchemas.Register(), Source(), BatchLimits.Default);
        var environment = new PublishingEnvironment(Platform, Platform, new RecordedProgress(), TimeProvider.System, new TestLog());
        return new SourceReconciliation(adapter, environment, new ReconcileOptions(repair, TimeSpan.FromMilliseconds(1))).RunAsync(TestContext.Current.CancellationToken);
    }
}
