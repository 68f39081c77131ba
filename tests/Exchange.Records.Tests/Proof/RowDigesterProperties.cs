using System.Text;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Proof;

public sealed class RowDigesterProperties
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Row_OneByteOfAnyValueChanged_HasAnotherDigest() =>
        Prop.ForAll(
            (from row in RowGen.Row()
             from field in Gen.Choose(0, RowGen.Schema.Fields.Count - 1)
             from place in Gen.Choose(0, 10_000)
             from flip in Gen.Choose(1, 255)
             select (row, field, place, flip)).ToArbitrary(),
            given =>
            {
                var (row, field, place, flip) = given;
                if (row[field] is not { Length: > 0 } value || RowGen.Schema.Fields[field].Type is FieldType.Number or FieldType.Double) return true;
                var changed = value.ToArray();
                changed[place % value.Length] ^= (byte)flip;
                return Digest([.. row.Select((v, i) => i == field ? changed : v)]) != Digest(row);
            }).Check(Many);

    [Fact]
    public void Row_ValueMadeNull_HasAnotherDigest() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), Gen.Choose(1, RowGen.Schema.Fields.Count - 1).ToArbitrary(), (row, field) =>
            row[field] is null || Digest([.. row.Select((v, i) => i == field ? null : v)]) != Digest(row)).Check(Many);

    [Fact]
    public void Row_ValuesMovedAcrossTheBorderOfTwoFields_HasAnotherDigest()
    {
        var digester = new RowDigester([FieldType.Text, FieldType.Text], [0]);
        Assert.NotEqual(DigestOf(digester, ["ab"u8.ToArray(), "c"u8.ToArray()]), DigestOf(digester, ["a"u8.ToArray(), "bc"u8.ToArray()]));
    }

    [Theory]
    [InlineData("1.5", "1.50", true)]
    [InlineData("0", "0.000", true)]
    [InlineData("-0.10", "-0.1", true)]
    [InlineData("100000000", "100000000.0000", true)]
    [InlineData("0.00010000", "0.0001", true)]
    [InlineData("10000", "1", false)]
    [InlineData("1.5", "-1.5", false)]
    [InlineData("0.0001", "0.00001", false)]
    public void Row_NumbersOfOneValueAndTwoScales_HaveOneDigest(string left, string right, bool same)
    {
        var digester = new RowDigester([FieldType.Number], [0]);
        Assert.Equal(same, DigestOf(digester, [RowGen.Numeric(left)]) == DigestOf(digester, [RowGen.Numeric(right)]));
    }

    [Fact]
    public void Row_AnyTwoNumbers_HaveOneDigestExactlyWhereTheyAreEqual() =>
        Prop.ForAll(RowGen.Value(FieldType.Number).ToArbitrary(), RowGen.Value(FieldType.Number).ToArbitrary(), (left, right) =>
        {
            var digester = new RowDigester([FieldType.Number], [0]);
            return (DigestOf(digester, [left]) == DigestOf(digester, [right])) == (PgNumeric.Compare(left, right) == 0);
        }).Check(Many);

    [Fact]
    public void Row_MinusZero_IsZero()
    {
        var digester = new RowDigester([FieldType.Double], [0]);
        Assert.Equal(DigestOf(digester, [BitConverter.GetBytes(0L)]), DigestOf(digester, [[0x80, 0, 0, 0, 0, 0, 0, 0]]));
    }

    [Fact]
    public void Key_OfAnyRow_ReadsBackAsTextAndFindsTheRow() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), row =>
        {
            var (tuple, fields) = Read(row);
            var key = RowDigester.For(RowGen.Schema).Key(tuple, fields).ToArray();
            var texts = ProofKey.Texts([Records.Formats.Column.Of(RowGen.Schema.Keys[0])], key);
            return texts is [var text] && text == Encoding.UTF8.GetString(row[0]!) && ProofKey.Filter(RowGen.Schema.Keys, [key]).Matches(tuple, fields);
        }).Check(Many);

    [Fact]
    public void Texts_AnyBytes_AreRefusedOrReadBackToTheSameKey() =>
        Prop.ForAll(RowGen.Bytes(13).ToArbitrary(), bytes =>
        {
            var texts = ProofKey.Texts([new Records.Formats.Column("id", FieldType.Text)], bytes);
            return texts is null || Encoding.UTF8.GetBytes(texts[0]).AsSpan().SequenceEqual(bytes.AsSpan(4));
        }).Check(Many);

    internal static (byte[] Tuple, FieldSlice[] Fields) Read(byte[]?[] row)
    {
        var tuple = RowGen.Tuple(row);
        var fields = new FieldSlice[row.Length];
        var reader = new RowReader(tuple);
        Assert.True(reader.ReadRow(fields));
        return (tuple, fields);
    }

    private static UInt128 Digest(byte[]?[] row) => DigestOf(RowDigester.For(RowGen.Schema), row);

    private static UInt128 DigestOf(RowDigester digester, byte[]?[] row)
    {
        var (tuple, fields) = Read(row);
        return digester.Row(tuple, fields);
    }
}
