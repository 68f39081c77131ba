namespace Exchange.Records.Proof;

public enum DifferenceKind
{
    /// <summary>The one side has the key, the other has not.</summary>
    Missing,

    /// <summary>Both have the key, with other values.</summary>
    Changed,

    /// <summary>Only the other side has the key.</summary>
    Surplus,
}

/// <param name="Here">Digest of the row on the side that is right, null where it has none.</param>
/// <param name="There">Digest of the row on the side that is compared with it, null where it has none.</param>
public sealed record KeyDifference(byte[] Key, DifferenceKind Kind, UInt128? Here, UInt128? There);

/// <summary>Tells which keys of a range differ.</summary>
public static class KeyComparison
{
    /// <summary>The ranges whose digests differ.</summary>
    public static IReadOnlyList<int> Ranges(IReadOnlyList<RangeDigest> here, IReadOnlyList<RangeDigest> there) =>
        [.. Enumerable.Range(0, here.Count).Where(i => here[i] != there[i])];

    /// <summary>
    /// The differences of one range, in the order of their keys' bytes. A key that occurs several times here is equal if any of its rows is; a key whose row here does not
    /// count is left out altogether.
    /// </summary>
    public static List<KeyDifference> Keys(IEnumerable<LedgerEntry> here, IEnumerable<LedgerEntry> there)
    {
        var left = here.ToLookup(e => e.Key, KeyBytes.Comparer);
        var right = there.ToLookup(e => e.Key, KeyBytes.Comparer);
        var differences = new List<KeyDifference>();
        foreach (var rows in left)
        {
            if (rows.Any(r => !r.IsCounted)) continue;
            if (!right.Contains(rows.Key)) differences.Add(new KeyDifference(rows.Key, DifferenceKind.Missing, rows.First().Digest, null));
            else if (!rows.Any(r => right[rows.Key].Any(o => o.Digest == r.Digest)))
                differences.Add(new KeyDifference(rows.Key, DifferenceKind.Changed, rows.First().Digest, right[rows.Key].First().Digest));
        }

        differences.AddRange(right.Where(rows => !left.Contains(rows.Key)).Select(rows => new KeyDifference(rows.Key, DifferenceKind.Surplus, null, rows.First().Digest)));
        differences.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return differences;
    }
}

/// <summary>Compares keys by their bytes.</summary>
public sealed class KeyBytes : IEqualityComparer<byte[]>
{
    public static readonly KeyBytes Comparer = new();

    public bool Equals(byte[]? x, byte[]? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.AsSpan().SequenceEqual(y));

    public int GetHashCode(byte[] obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
