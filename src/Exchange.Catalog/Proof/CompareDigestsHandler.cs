using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Proof;
using Npgsql;

namespace Exchange.Catalog.Proof;

/// <summary>
/// Tells a publisher which of its ranges of keys the store holds otherwise, and what it holds there. The store's table is read once: what is needed to name keys
/// is kept beside the ranges' digests.
/// </summary>
internal static class CompareDigestsHandler
{
    /// <summary>Keys of one answer; at about a hundred bytes each it stays far below what a broker carries.</summary>
    public const int MostKeys = 20_000;

    public static async Task<Result<DigestsCompared>> HandleAsync(CompareDigests request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        var source = Read(request.Ranges);
        if (source.IsError) return source.Error;
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var found = await StoreDigests.FindAsync(connection, request.Resource, request.Publisher, request.SchemaFingerprint, cancellation);
        if (found.IsError) return found.Error;

        var target = found.Value;
        var readAt = time.GetUtcNow();
        using var ledger = new DigestLedger(source.Value.Length);
        await StoreDigests.ReadAsync(
            connection, target.Schema, ProofSql.AllRows(target.Name, target.Schema), (key, digest) => ledger.Add(key, digest), cancellation);

        await transaction.CommitAsync(cancellation);

        var differing = KeyComparison.Ranges(source.Value, ledger.Ranges);
        await RecordAsync(connection, request, target, source.Value, ledger, differing.Count, readAt, cancellation);
        var asked = differing.SkipWhile(r => r < request.FirstRange).ToList();
        var keys = Keys(ledger, asked);
        return new DigestsCompared(
            target.Resource, target.Head, readAt, [.. ledger.Ranges.Select(r => new DigestRange(r.Rows, r.Digest))], keys, asked.Count - keys.Length);
    }

    /// <summary>What was compared stays on record: the department has its report, and the bureau sees the same figures.</summary>
    private static Task<int> RecordAsync(
        NpgsqlConnection connection, CompareDigests request, ProofTarget target, RangeDigest[] source, DigestLedger store, int differing, DateTimeOffset at, CancellationToken cancellation)
    {
        var (here, there) = (source.Aggregate(default(RangeDigest), (sum, range) => sum.Plus(range)), store.Total);
        return connection.ExecuteAsync(
            ProofSql.Record, cancellation, target.Resource.Value, request.SchemaFingerprint, at, target.Head, here.Rows, here.Digest, there.Rows, there.Digest, source.Length, differing);
    }

    internal static Result<RangeDigest[]> Read(DigestRange[] ranges)
    {
        if (!KeyRanges.IsNumber(ranges.Length)) return ErrorCodes.ProofInvalid.With(("reason", $"1–{KeyRanges.Most} ranges, a power of two"), ("reason:zh", $"范围数应为 1–{KeyRanges.Most} 之间的 2 的幂"));
        var digests = new RangeDigest[ranges.Length];
        for (var i = 0; i < digests.Length; i++)
        {
            if (RangeDigest.Parse(ranges[i].Rows, ranges[i].Digest) is not { } digest)
                return ErrorCodes.ProofInvalid.With(("reason", $"the digest of range {i} has no 32 hexadecimal digits"), ("reason:zh", $"范围 {i} 的摘要不是 32 位十六进制数"));
            digests[i] = digest;
        }

        return digests;
    }

    /// <summary>Whole ranges, as many as one answer carries; the first one in any case.</summary>
    internal static RangeKeys[] Keys(DigestLedger ledger, IReadOnlyList<int> differing)
    {
        var (answered, rows) = (new List<RangeKeys>(), 0L);
        foreach (var range in differing)
        {
            rows += ledger.Ranges[range].Rows;
            if (rows > MostKeys && answered.Count > 0) break;
            answered.Add(new RangeKeys(range, [.. ledger.Read(range).Select(e => StoreDigests.ToMessage(e.Key, e.Digest))]));
        }

        return [.. answered];
    }
}
