using Exchange.Contracts.Identifiers;

namespace Exchange.Contracts.Messages.V1;

/// <summary>
/// Compares what a publisher's source holds with what the store holds. The store is read once; the answer is of one moment.
/// </summary>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Publisher">Code of the publishing participant; must own the resource.</param>
/// <param name="SchemaFingerprint">The schema version whose fields are compared.</param>
/// <param name="Ranges">Rows and digest of each range of keys at the source; their number is a power of two, at most 65,536.</param>
/// <param name="FirstRange">Keys are answered of this range and later ones: what one answer does not carry is asked for by another. The store is read anew for each.</param>
public sealed record CompareDigests(string Resource, string Publisher, string SchemaFingerprint, DigestRange[] Ranges, int FirstRange = 0);

/// <param name="Rows">Number of rows.</param>
/// <param name="Digest">Sum of the rows' digests, 32 lower-case hexadecimal digits.</param>
public sealed record DigestRange(long Rows, string Digest);

/// <param name="Head">The feed's head at the moment of reading.</param>
/// <param name="Ranges">Rows and digest of each range in the store.</param>
/// <param name="Keys">Keys and digests of the store in the ranges that differ, as many ranges as are answered in whole.</param>
/// <param name="RangesLeft">Ranges after those of <paramref name="Keys"/> that differ: too much differs for one answer.</param>
public sealed record DigestsCompared(ResourceId Resource, long Head, DateTimeOffset ReadAt, DigestRange[] Ranges, RangeKeys[] Keys, int RangesLeft);

public sealed record RangeKeys(int Range, KeyDigest[] Rows);

/// <param name="Key">The key's canonical bytes.</param>
/// <param name="Digest">The row's digest, 16 bytes.</param>
public sealed record KeyDigest(byte[] Key, byte[] Digest);

/// <summary>Asks for the digests of single rows of the store, to look again at keys that differed.</summary>
/// <param name="Keys">At most <see cref="MostKeys"/>.</param>
public sealed record ReadKeyDigests(string Resource, string Publisher, string SchemaFingerprint, byte[][] Keys)
{
    /// <summary>Keys of one request.</summary>
    public const int MostKeys = 10_000;
}

/// <param name="Rows">Those of the keys that the store has.</param>
public sealed record KeyDigestsRead(long Head, DateTimeOffset ReadAt, KeyDigest[] Rows);
