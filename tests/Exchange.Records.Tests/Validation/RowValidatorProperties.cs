using System.Globalization;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Validation;

public sealed class RowValidatorProperties
{
    private static readonly RowValidator Validator = RowValidator.Compile(RowGen.Schema);

    [Fact]
    public void Check_RandomBytes_NeverReadsPastTheEndAndAlwaysTellsAnOffset() =>
        Prop.ForAll(Gen.Choose(0, 200).SelectMany(RowGen.Bytes).ToArbitrary(), Survives).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Check_DamagedRows_NeverReadPastTheEndAndAlwaysTellAnOffset()
    {
        var damaged = from row in RowGen.Row()
                      let tuple = RowGen.Tuple(row)
                      from changes in (from at in Gen.Choose(0, tuple.Length - 1) from b in Gen.OneOf(Gen.Choose(0, 255), Gen.Elements(0, 1, 127, 128, 255)) select (at, b)).NonEmptyListOf()
                      from cut in Gen.Choose(0, tuple.Length * 2)
                      select Damage(tuple, changes, cut);
        Prop.ForAll(damaged.ToArbitrary(), Survives).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Check_RowCutAtAnyByte_IsMalformedWithAnOffsetInside()
    {
        var row = Enterprise.Row();
        var validator = RowValidator.Compile(Enterprise.Schema);
        for (var length = 0; length < row.Length; length++)
        {
            var violations = new List<Violation>();
            var result = validator.Check(row.AsSpan(0, length), 0, violations, out var taken);
            Assert.Equal(ErrorCodes.RowsMalformed, result.Error!.Code);
            Assert.InRange(int.Parse(result.Error.Data["offset"], CultureInfo.InvariantCulture), 0, length);
            Assert.Equal(0, taken);
            Assert.Empty(violations);
        }
    }

    [Fact]
    public void Check_LengthsThatLie_AreMalformed()
    {
        foreach (var length in (ReadOnlySpan<int>)[-2, int.MinValue, int.MaxValue, 1 << 30])
        {
            var row = RowGen.Tuple([[1, 2, 3]]);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(2), length);
            var schema = ResourceSchema.Parse("""{"type":"object","required":["k"],"properties":{"k":{"type":"string","x-exchange":{"key":true}}}}""").Value;
            var result = RowValidator.Compile(schema).Check(row, 0, [], out _);
            Assert.Equal(("rows_malformed", "2"), (result.Error!.Code.Name, result.Error.Data["offset"]));
            Assert.NotEqual(result.Error.Text(Language.Zh), result.Error.Text(Language.En));
        }
    }

    [Fact]
    public void Check_GoodRows_AllocateNothing()
    {
        var row = Enterprise.Row();
        var validator = RowValidator.Compile(Enterprise.Schema);
        var violations = new List<Violation>();
        CheckMany(validator, row, violations);
        var before = GC.GetAllocatedBytesForCurrentThread();
        CheckMany(validator, row, violations);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(violations);
    }

    // What a check leaves of hostile bytes must be readable: values of good rows convert, offsets lie inside.
    private static bool Survives(byte[] rows)
    {
        var violations = new List<Violation>();
        var fields = new FieldSlice[RowGen.Schema.Fields.Count];
        var result = Validator.Check(rows, 0, violations, fields, out var length);
        if (result.IsError)
        {
            var offset = int.Parse(result.Error.Data["offset"], CultureInfo.InvariantCulture);
            return result.Error.Code == ErrorCodes.RowsMalformed && offset >= 0 && offset <= rows.Length && length == 0;
        }

        if (length > rows.Length || violations.Exists(v => v.Field is not null && RowGen.Schema.Find(v.Field) is null)) return false;
        if (!result.Value) return violations.Count > 0;
        foreach (var (field, slice) in RowGen.Schema.Fields.Zip(fields))
        {
            if (!slice.IsNull && ValueText.Text(field.Type, rows.AsSpan(slice.Offset, slice.Length)).Contains('\0', StringComparison.Ordinal)) return false;
        }

        return true;
    }

    private static byte[] Damage(byte[] tuple, IEnumerable<(int At, int Byte)> changes, int cut)
    {
        foreach (var (at, b) in changes) tuple[at] = (byte)b;
        return cut < tuple.Length ? tuple[..cut] : tuple;
    }

    private static void CheckMany(RowValidator validator, byte[] row, List<Violation> violations)
    {
        for (var i = 0; i < 1000; i++) validator.Check(row, i, violations, out _);
    }
}
