using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;

namespace Exchange.Adapters.Proof;

/// <summary>
/// Reads a source's rows as digests. A row that breaks its schema is in quarantine, not in the store: it is counted apart, and whatever the store holds for its
/// key is no difference.
/// </summary>
internal sealed class SourceReading(ResourceSchema schema)
{
    private readonly RowValidator _validator = RowValidator.Compile(schema);
    private readonly RowDigester _digester = RowDigester.For(schema);
    private readonly FieldSlice[] _fields = new FieldSlice[schema.Fields.Count];
    private readonly List<Violation> _violations = [];

    /// <summary>Rows that break their schema.</summary>
    public long Refused { get; private set; }

    /// <summary>Reads the whole source once.</summary>
    /// <returns>The ledger, to be disposed by the caller; fails where the source does not fit or cannot be understood.</returns>
    public async Task<Result<DigestLedger>> ReadAsync(IWholeSource source, int ranges, CancellationToken cancellation)
    {
        var ledger = new DigestLedger(ranges);
        try
        {
            await foreach (var item in source.ReadAsync(cancellation))
            {
                switch (item)
                {
                    case SourceProblem problem:
                        ledger.Dispose();
                        return problem.Error;
                    case SourceBatch { Kind: BatchKind.SnapshotStart }:
                        ledger.Dispose();
                        (ledger, Refused) = (new DigestLedger(ranges), 0);
                        break;
                    case SourceBatch batch:
                        Each(batch.Body, row => ledger.Add(row.Key, row.Digest, row.IsSound));
                        break;
                    default:
                        break;
                }
            }

            return ledger;
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    /// <summary>Reads the rows of single keys as they are now: tuple and digest by key. Of rows that break their schema there is no tuple.</summary>
    public async Task<Result<Dictionary<byte[], SourceRow>>> ReadKeysAsync(IWholeSource source, IReadOnlyList<byte[]> keys, CancellationToken cancellation)
    {
        var wanted = keys.ToHashSet(KeyBytes.Comparer);
        var found = new Dictionary<byte[], SourceRow>(KeyBytes.Comparer);
        await foreach (var item in source.ReadKeysAsync(keys, cancellation))
        {
            if (item is SourceProblem problem) return problem.Error;
            if (item is SourceBatch { Kind: BatchKind.SnapshotStart }) found.Clear();
            if (item is not SourceBatch { Kind: BatchKind.Rows } batch) continue;
            Each(batch.Body, row =>
            {
                var key = row.Key.ToArray();
                if (wanted.Contains(key)) found.TryAdd(key, new SourceRow(row.IsSound ? row.Tuple.ToArray() : null, row.Digest));
            });
        }

        return found;
    }

    private delegate void Take(RowRead row);

    /// <summary>One row, while it is read.</summary>
    private readonly ref struct RowRead(ReadOnlySpan<byte> key, UInt128 digest, ReadOnlySpan<byte> tuple, bool isSound)
    {
        public ReadOnlySpan<byte> Key { get; } = key;

        public UInt128 Digest { get; } = digest;

        public ReadOnlySpan<byte> Tuple { get; } = tuple;

        public bool IsSound { get; } = isSound;
    }

    private void Each(ReadOnlyMemory<byte> body, Take take)
    {
        var rest = body.Span;
        while (!rest.IsEmpty)
        {
            _violations.Clear();
            var sound = _validator.Check(rest, 0, _violations, _fields, out var length);
            if (sound.IsError) throw new InvalidDataException(sound.Error.ToString());
            if (!sound.Value) Refused++;
            if (sound.Value || KeyIsSound())
            {
                var digest = _digester.Row(rest, _fields);
                take(new RowRead(_digester.Key(rest, _fields), digest, rest[..length], sound.Value));
            }

            rest = rest[length..];
        }
    }

    private bool KeyIsSound() =>
        _violations.TrueForAll(v => v.IsWarning || (v.Field is null ? v.Code == ErrorCodes.RowTooLarge : schema.Find(v.Field) is { IsKey: false }));
}

/// <param name="Tuple">The row, or null where it breaks its schema.</param>
internal sealed record SourceRow(byte[]? Tuple, UInt128 Digest);
