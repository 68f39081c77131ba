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
/// Compares a department's source with the store: (1) read the source once, (2) let the catalogue read the store and answer with its ranges and with the keys of those that
/// differ, (3) look at the keys that differ again until they stand still, because changes flow meanwhile, (4) send those that differ again where that is wanted. The store is
/// read once to compare; to repair it is read until the keys of all ranges that differ are known.
/// </summary>
internal sealed class SourceReconciliation(PublishingAdapter adapter, PublishingEnvironment environment, ReconcileOptions options)
{
    private const int Rounds = 5;

    /// <summary>Each names about 20,000 keys. Where more differs the store is spared: the report says what is left, and another run goes on there.</summary>
    private const int MostReadings = 50;
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
        var asked = await CompareRangesAsync(ledger, cancellation);
        if (asked.IsError) return asked.Error;
        var (store, first) = asked.Value;

        // 3
        var keys = new SourceKeys(adapter, environment, _schema, source, reading);
        var settled = await SettleAsync(keys, first, cancellation);
        if (settled.IsError) return settled.Error;
        var (differences, unsettled) = settled.Value;

        // 4
        List<KeyDifference>? remaining = null;
        if (options.Repair && differences.Count > 0)
        {
            var repaired = await new SourceRepair(adapter, environment, _schema).RunAsync(keys, differences, cancellation);
            if (repaired.IsError) return repaired.Error;
            remaining = repaired.Value;
        }

        var verdict = ProofReport.VerdictOf(differences.Count, unsettled, store.RangesLeft, remaining?.Count);
        return Report(ledger, store, readAt, refused, first.Count - differences.Count, verdict, differences, remaining ?? []);
    }

    /// <summary>Compares range by range, and the keys of those that differ.</summary>
    /// <returns>The store as it was read first, with the ranges that are left in the end, and all keys that differed.</returns>
    private async Task<Result<(DigestsCompared Store, List<KeyDifference> First)>> CompareRangesAsync(DigestLedger ledger, CancellationToken cancellation)
    {
        var request = new CompareDigests(
            adapter.Resource.Name, adapter.Resource.Publisher, _schema.Fingerprint, [.. ledger.Ranges.Select(r => new DigestRange(r.Rows, r.Digest))]);
        var differences = new List<KeyDifference>();
        DigestsCompared? store = null;
        for (var readings = 1; ; readings++)
        {
            var asked = await environment.Control.RequestAsync<CompareDigests, DigestsCompared>(request, ReadDeadline, cancellation);
            if (asked.IsError) return asked.Error;
            var answer = asked.Value;
            // A catalogue of an earlier version names the first ranges again.
            if (store is not null && answer.Keys is [var again, ..] && again.Range < request.FirstRange) return (store, differences);
            store = (store ?? answer) with { RangesLeft = answer.RangesLeft };
            differences.AddRange(answer.Keys.SelectMany(r => KeyComparison.Keys(ledger.Read(r.Range), r.Rows.Select(SourceKeys.Entry))));
            if (!options.Repair || answer.RangesLeft == 0 || readings == MostReadings) return (store, differences);
            request = request with { FirstRange = answer.Keys[^1].Range + 1 };
        }
    }

    /// <summary>Looks at the keys that differ again, until each is equal or stood still on both sides for the settling time.</summary>
    /// <returns>The differences that stand, and how many keys went on changing.</returns>
    private async Task<Result<(List<KeyDifference> Differences, int Unsettled)>> SettleAsync(SourceKeys keys, List<KeyDifference> first, CancellationToken cancellation)
    {
        var (standing, moving) = (new List<KeyDifference>(), first);
        for (var round = 0; moving.Count > 0 && round < Rounds; round++)
        {
            await Task.Delay(options.Settle ?? Pace(), environment.Time, cancellation);
            var now = await keys.CompareAsync(moving.Select(d => d.Key), cancellation);
            if (now.IsError) return now.Error;
            var before = moving.ToDictionary(d => d.Key, KeyBytes.Comparer);
            standing.AddRange(now.Value.Where(d => before[d.Key] == d with { Key = before[d.Key].Key }));
            moving = [.. now.Value.Where(d => before[d.Key] != d with { Key = before[d.Key].Key })];
        }

        standing.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return (standing, moving.Count);
    }

    /// <summary>A row that the adapter has not published yet is published with its next round.</summary>
    private TimeSpan Pace()
    {
        var round = Connectors.Interval(adapter.Source) + TimeSpan.FromSeconds(2);
        return round < LongestSettle ? round : LongestSettle;
    }

    private ProofReport Report(
        DigestLedger ledger,
        DigestsCompared store,
        DateTimeOffset readAt,
        long refused,
        int moving,
        ProofVerdict verdict,
        List<KeyDifference> differences,
        List<KeyDifference> remaining)
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
            [.. remaining.Select(d => ProofDifference.Of(d, key))],
            ProofReport.RangesOf(ledger.Ranges, compared));
    }
}
