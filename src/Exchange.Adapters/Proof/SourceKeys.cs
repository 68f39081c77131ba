using System.Buffers.Binary;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Proof;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Proof;

/// <summary>Looks at single keys as they are now, at the source and in the store, however many they are.</summary>
internal sealed class SourceKeys(PublishingAdapter adapter, PublishingEnvironment environment, ResourceSchema schema, IWholeSource source, SourceReading reading)
{
    /// <summary>Keys whose rows are held in memory at once. It is large because a source that cannot look keys up is read as a whole for each portion.</summary>
    public const int Portion = 50_000;

    private static readonly TimeSpan ReadDeadline = TimeSpan.FromMinutes(20);

    public static LedgerEntry Entry(KeyDigest row) => new(row.Key, BinaryPrimitives.ReadUInt128BigEndian(row.Digest), IsCounted: true);

    /// <summary>The rows that the source has of these keys, which are at most <see cref="Portion"/>.</summary>
    public Task<Result<Dictionary<byte[], SourceRow>>> ReadAsync(IReadOnlyList<byte[]> keys, CancellationToken cancellation) => reading.ReadKeysAsync(source, keys, cancellation);

    /// <summary>Which of these keys differ.</summary>
    public async Task<Result<List<KeyDifference>>> CompareAsync(IEnumerable<byte[]> keys, CancellationToken cancellation)
    {
        var differences = new List<KeyDifference>();
        foreach (var portion in keys.Chunk(Portion))
        {
            // The store first: what is committed after that is in the source already.
            var stored = await StoredAsync(portion, cancellation);
            if (stored.IsError) return stored.Error;
            var rows = await ReadAsync(portion, cancellation);
            if (rows.IsError) return rows.Error;
            differences.AddRange(KeyComparison.Keys(rows.Value.Select(r => new LedgerEntry(r.Key, r.Value.Digest, r.Value.Tuple is not null)), stored.Value));
        }

        return differences;
    }

    private async Task<Result<List<LedgerEntry>>> StoredAsync(byte[][] keys, CancellationToken cancellation)
    {
        var stored = new List<LedgerEntry>();
        foreach (var some in keys.Chunk(ReadKeyDigests.MostKeys))
        {
            var request = new ReadKeyDigests(adapter.Resource.Name, adapter.Resource.Publisher, schema.Fingerprint, some);
            var read = await environment.Control.RequestAsync<ReadKeyDigests, KeyDigestsRead>(request, ReadDeadline, cancellation);
            if (read.IsError) return read.Error;
            stored.AddRange(read.Value.Rows.Select(Entry));
        }

        return stored;
    }
}
