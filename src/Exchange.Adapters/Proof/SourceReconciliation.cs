using System.Buffers.Binary;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Proof;

/// <summary>How a comparison is to be made.</summary>
/// <param name="Repair">Whether what differs is filled in again.</param>
/// <param name="Settle">How long a difference must stand, unchanged on both sides, before it counts; null for the source's own pace.</param>
internal sealed record ReconcileOptions(bool Repair, TimeSpan? Settle);

/// <summary>
/// Compares a department's source with the store: (1) read the source once, (2) let the catalogue read the store once and answer with its ranges and with the keys of those
/// that differ, (3) look at the keys that differ again until they stand still, because changes flow meanwhile, (4) send those that differ again where that is wanted.
/// </summary>
internal sealed class SourceReconciliation(PublishingAdapter adapter, PublishingEnvironment environment, ReconcileOptions options)
{
    private const int MostKeys = 10_000;
    private const int Rounds = 5;
    private static readonly TimeSpan ReadDeadline = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LongestSettle = TimeSpan.FromMinutes(2);

    private readonly ResourceSchema _schema = ResourceSchema.Parse(adapter.Resource.Schema).Value;

    public async Task<Result<ProofReport>> RunAsync(CancellationToken cancellation)
    {
        // 1
        var context = new SourceContext(adapter.Name, _schema, adapter.Batches, environment.Time, environment.Logger);
        await using var source = Connectors.OpenWhole(adapter.Source, context);
        var reading = new SourceReading(_schema);
        var readAt = environment.Time.GetUtcNow();
        var read = await reading.ReadAsync(source, KeyRanges.Usual, cancellation);
        if (read.IsError) return read.Error;
        using var ledger = read.Value;
        var refused = reading.Refused;

        // 2
        var request = new CompareDigests(
            adapter.Resource.Name, adapter.Resource.Publisher, _schema.Fingerprint, [.. ledger.Ranges.Select(r => new DigestRange(r.Rows, r.Digest))]);
        var asked = await environment.Control.RequestAsync<CompareDigests, DigestsCompared>(request, ReadDeadline, cancellation);
        if (asked.IsError) return asked.Error;
        var store = asked.Value;
        var first = store.Keys.SelectMany(r => KeyComparison.Keys(ledger.Read(r.Range), r.Rows.Select(Entry))).ToList();

        // 3
        var settled = await SettleAsync(source, reading, first, cancellation);
        if (settled.IsError) return settled.Error;
        var (differences, unsettled) = settled.Value;

        // 4
        var verdict = unsettled > 0 ? ProofVerdict.Unsettled : differences.Count > 0 || store.RangesLeft > 0 ? ProofVerdict.Different : ProofVerdict.Equal;
        if (options.Repair && differences.Count > 0)
        {
            var repaired = await new SourceRepair(adapter, environment, _schema).RunAsync(source, reading, differences, cancellation);
            if (repaired.IsError) return repaired.Error;
            if (repaired.Value.Count == 0 && store.RangesLeft == 0 && unsettled == 0) verdict = ProofVerdict.Repaired;
        }

        return Report(ledger, store, readAt, refused, first.Count - differences.Count, verdict, differences);
    }

    /// <summary>Looks at the keys that differ again, until each is equal or stood still on both sides for the settling time.</summary>
    /// <returns>The differences that stand, and how many keys went on changing.</returns>
    private async Task<Result<(List<KeyDifference> Differences, int Unsettled)>> SettleAsync(
        IWholeSource source, SourceReading reading, List<KeyDifference> first, CancellationToken cancellation)
    {
        var (standing, moving) = (new List<KeyDifference>(), first);
        // So much at once is no row that is on its way.
        if (first.Count > MostKeys) return (first, 0);
        for (var round = 0; moving.Count > 0 && round < Rounds; round++)
        {
            await Task.Delay(options.Settle ?? Pace(), environment.Time, cancellation);
            var now = await CompareKeysAsync(environment, adapter, _schema, source, reading, [.. moving.Select(d => d.Key)], cancellation);
            if (now.IsError) return now.Error;
            var before = moving.ToDictionary(d => d.Key, KeyBytes.Comparer);
            standing.AddRange(now.Value.Where(d => before[d.Key] == d with { Key = before[d.Key].Key }));
            moving = [.. now.Value.Where(d => before[d.Key] != d with { Key = before[d.Key].Key })];
        }

        standing.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return (standing, moving.Count);
    }

    /// <summary>Compares single keys as they are now at the source and in the store.</summary>
    internal static async Task<Result<List<KeyDifference>>> CompareKeysAsync(
        PublishingEnvironment environment, PublishingAdapter adapter, ResourceSchema schema, IWholeSource source, SourceReading reading, IReadOnlyList<byte[]> keys, CancellationToken cancellation)
    {
        // The store first: what is committed after that is in the source already.
        var request = new ReadKeyDigests(adapter.Resource.Name, adapter.Resource.Publisher, schema.Fingerprint, [.. keys]);
        var stored = await environment.Control.RequestAsync<ReadKeyDigests, KeyDigestsRead>(request, ReadDeadline, cancellation);
        if (stored.IsError) return stored.Error;
        var rows = await reading.ReadKeysAsync(source, keys, cancellation);
        if (rows.IsError) return rows.Error;
        return KeyComparison.Keys(
            rows.Value.Select(r => new LedgerEntry(r.Key, r.Value.Digest, r.Value.Tuple is not null)), stored.Value.Rows.Select(Entry));
    }

    private static LedgerEntry Entry(KeyDigest row) => new(row.Key, BinaryPrimitives.ReadUInt128BigEndian(row.Digest), IsCounted: true);

    /// <summary>A row that the adapter has not published yet is published with its next round.</summary>
    private TimeSpan Pace()
    {
        var round = Connectors.Interval(adapter.Source) + TimeSpan.FromSeconds(2);
        return round < LongestSettle ? round : LongestSettle;
    }

    private ProofReport Report(
        DigestLedger ledger, DigestsCompared store, DateTimeOffset readAt, long refused, int moving, ProofVerdict verdict, List<KeyDifference> differences)
    {
        var compared = store.Ranges.Select(r => RangeDigest.Parse(r.Rows, r.Digest) ?? default).ToArray();
        var total = compared.Aggregate(default(RangeDigest), (sum, range) => sum.Plus(range));
        Column[] key = [.. _schema.Keys.Select(Column.Of)];
        return new ProofReport(
            adapter.Name,
            adapter.Resource.Name,
            [.. _schema.Fields.Select(f => f.Name)],
            verdict,
            new ProofSide("source", readAt, null, ledger.Total.Rows, ledger.Total.Digest),
            new ProofSide("store", store.ReadAt, store.Head.ToString(System.Globalization.CultureInfo.InvariantCulture), total.Rows, total.Digest),
            refused,
            moving,
            store.RangesLeft,
            [],
            [.. differences.Select(d => ProofDifference.Of(d, key))],
            ProofReport.RangesOf(ledger.Ranges, compared));
    }
}
