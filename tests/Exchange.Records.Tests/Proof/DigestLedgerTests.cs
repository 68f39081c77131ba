using System.Buffers.Binary;
using Exchange.Records.Proof;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Proof;

public sealed class DigestLedgerTests
{
    private static readonly Gen<(int Key, int Value)[]> Rows =
        (from key in Gen.Choose(0, 300) from value in Gen.Choose(0, 3) select (key, value)).ArrayOf().Select(rows => rows.DistinctBy(r => r.Item1).ToArray());

    [Fact]
    public void Ranges_InAnyOrder_AreTheSame() =>
        Prop.ForAll(Rows.ToArbitrary(), Gen.Choose(0, 1_000_000).ToArbitrary(), (rows, seed) =>
        {
            using var first = Ledger(rows, 16);
            var shuffled = rows.ToArray();
            new Random(seed).Shuffle(shuffled);
            using var second = Ledger(shuffled, 16);
            return first.Ranges.SequenceEqual(second.Ranges) && first.Total == second.Total;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ranges_CutFiner_SumUpToTheCoarserOnes() =>
        Prop.ForAll(Rows.ToArbitrary(), Gen.Choose(0, 6).ToArbitrary(), (rows, power) =>
        {
            var coarse = 1 << power;
            using var one = Ledger(rows, coarse);
            using var other = Ledger(rows, coarse * 8);
            return one.Ranges.SequenceEqual(other.Ranges.Chunk(8).Select(parts => parts.Aggregate(default(RangeDigest), (sum, part) => sum.Plus(part)))) && one.Total == other.Total;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Keys_OfAnyTwoSides_DifferExactlyWhereTheirRowsDo() =>
        Prop.ForAll(Rows.ToArbitrary(), Rows.ToArbitrary(), (here, there) =>
        {
            using var left = Ledger(here, 8);
            using var right = Ledger(there, 8);
            var found = KeyComparison.Ranges(left.Ranges, right.Ranges)
                .SelectMany(r => KeyComparison.Keys(left.Read(r), right.Read(r)))
                .Select(d => (BinaryPrimitives.ReadInt32BigEndian(d.Key), d.Kind)).Order().ToArray();
            var (a, b) = (here.ToDictionary(r => r.Key, r => r.Value), there.ToDictionary(r => r.Key, r => r.Value));
            var expected = a.Where(r => !b.ContainsKey(r.Key)).Select(r => (r.Key, DifferenceKind.Missing))
                .Concat(a.Where(r => b.TryGetValue(r.Key, out var value) && value != r.Value).Select(r => (r.Key, DifferenceKind.Changed)))
                .Concat(b.Where(r => !a.ContainsKey(r.Key)).Select(r => (r.Key, DifferenceKind.Surplus))).Order().ToArray();
            return found.SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_FarMoreThanItsMemory_GivesEveryEntryAndLeavesNoFile()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-").FullName;
        using (var ledger = new DigestLedger(4, folder))
        {
            for (var i = 0; i < 20_000; i++) ledger.Add(Key(i), (UInt128)i);
            var file = Assert.Single(Directory.GetFiles(folder));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            var entries = Enumerable.Range(0, 4).SelectMany(ledger.Read).ToList();
            Assert.Equal(Enumerable.Range(0, 20_000), entries.Select(e => BinaryPrimitives.ReadInt32BigEndian(e.Key)).Order());
            Assert.All(entries, e => Assert.Equal((UInt128)BinaryPrimitives.ReadInt32BigEndian(e.Key), e.Digest));
            Assert.Equal(20_000, ledger.Total.Rows);
        }

        Assert.Empty(Directory.GetFiles(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public void Add_KeyLongerThanAPage_IsKept()
    {
        using var ledger = new DigestLedger(1);
        var key = new byte[10_000];
        key[^1] = 7;
        ledger.Add(Key(1), 1);
        ledger.Add(key, 2);
        ledger.Add(Key(2), 3);

        Assert.Equal([1, 2, 3], ledger.Read(0).Select(e => (int)e.Digest));
        Assert.Equal(key, ledger.Read(0).ElementAt(1).Key);
    }

    [Fact]
    public void Keys_RowThatDoesNotCount_IsNeitherInTheSumNorADifference()
    {
        using var left = new DigestLedger(1);
        left.Add(Key(1), 1);
        left.Add(Key(2), 9, isCounted: false);
        using var right = new DigestLedger(1);
        right.Add(Key(1), 1);
        Assert.Equal(left.Ranges, right.Ranges);
        right.Add(Key(2), 2);

        Assert.Empty(KeyComparison.Keys(left.Read(0), right.Read(0)));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1000, false)]
    [InlineData(1024, true)]
    [InlineData(131_072, false)]
    public void IsNumber_PowersOfTwoUpToTheMost_Are(int ranges, bool expected) => Assert.Equal(expected, KeyRanges.IsNumber(ranges));

    [Fact]
    public void Parse_WhatDigestWrote_IsTheSameAndOtherTextIsNone()
    {
        var digest = new RangeDigest(3, UInt128.MaxValue - 5);
        Assert.Equal(digest, RangeDigest.Parse(3, digest.Digest));
        Assert.Null(RangeDigest.Parse(-1, digest.Digest));
        Assert.Null(RangeDigest.Parse(3, digest.Digest[1..]));
        Assert.Null(RangeDigest.Parse(3, "g" + digest.Digest[1..]));
    }

    private static DigestLedger Ledger((int Key, int Value)[] rows, int ranges)
    {
        var ledger = new DigestLedger(ranges);
        foreach (var (key, value) in rows) ledger.Add(Key(key), RowDigester.First128Bits([.. Key(key), (byte)value]));
        return ledger;
    }

    private static byte[] Key(int value)
    {
        var key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, value);
        return key;
    }
}
