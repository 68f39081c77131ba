using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;

namespace Exchange.Records.Tests.Validation;

public sealed class RowValidatorTests
{
    private static readonly RowValidator Validator = RowValidator.Compile(Enterprise.Schema);

    [Fact]
    public void Check_GoodRow_PassesAndTellsItsLength()
    {
        var row = Enterprise.Row();
        var violations = new List<Violation>();
        var result = Validator.Check([.. row, .. row], 7, violations, out var length);
        Assert.True(result.Value);
        Assert.Equal(row.Length, length);
        Assert.Empty(violations);
    }

    [Fact]
    public void Check_BadFields_TellsEachInFieldOrder()
    {
        var row = Enterprise.Row(uscc: "91350100M000100Y4", name: "短", idNo: "110105194912310021", capital: -0.015m, status: 9, region: "990000", phone: "12345678901");
        var violations = new List<Violation>();
        Assert.False(Validator.Check(row, 3, violations, out _).Value);
        Assert.Equal(
            [
                ("uscc", ErrorCodes.ValueFormatWrong), ("name", ErrorCodes.ValueTooShort), ("id_no", ErrorCodes.ValueChecksumWrong), ("reg_capital", ErrorCodes.ValueTooSmall),
                ("status", ErrorCodes.ValueNotInEnum), ("region_code", ErrorCodes.ValueFormatWrong), ("phone", ErrorCodes.ValueFormatWrong),
            ],
            violations.Select(v => (v.Field!, v.Code)));
        Assert.All(violations, v => Assert.Equal(3, v.Row));
        Assert.Equal("Field 'name' needs at least 2 characters.", violations[1].ToError().Text(Language.En));
    }

    [Fact]
    public void Check_MoreDecimalsThanMultipleOf_IsFound()
    {
        var violations = new List<Violation>();
        Assert.False(Validator.Check(Enterprise.Row(capital: 1.005m), 0, violations, out _).Value);
        Assert.Equal(ErrorCodes.ValueNotMultiple, Assert.Single(violations).Code);
        Assert.True(Validator.Check(Enterprise.Row(capital: 1.0500m), 0, [], out _).Value);
    }

    [Theory]
    [InlineData("91350203M0001FUE2P")]
    [InlineData("91350100M0001TGQXM")]
    [InlineData("91350211M0000XUF46")]
    public void Check_EarlyCreditCode_PassesWithoutWarningWhenKnownAndWithWarningOtherwise(string code)
    {
        var violations = new List<Violation>();
        Assert.True(Validator.Check(Enterprise.Row(uscc: code), 0, violations, out _).Value);
        Assert.Empty(violations);

        var strict = RowValidator.Compile(Enterprise.Schema, new ValidatorOptions { KnownCreditCodes = [] });
        Assert.True(strict.Check(Enterprise.Row(uscc: code), 0, violations, out _).Value);
        var warning = Assert.Single(violations);
        Assert.Equal((ErrorCodes.ValueChecksumWrong, true), (warning.Code, warning.IsWarning));
    }

    [Fact]
    public void Check_RequiredFieldNull_IsFound()
    {
        var (validator, row) = One("""{"type":"integer","x-exchange":{"key":true}}""", null);
        var violations = new List<Violation>();
        Assert.False(validator.Check(row, 0, violations, out _).Value);
        Assert.Equal(ErrorCodes.ValueRequired, Assert.Single(violations).Code);
    }

    [Theory]
    [InlineData("integer", "", "00000000000001")]
    [InlineData("boolean", "", "02")]
    [InlineData("boolean", "", "0001")]
    [InlineData("string", "date", "0000000000000001")]
    [InlineData("string", "uuid", "00")]
    [InlineData("number", "", "0001")]
    [InlineData("number", "", "000100000000000027FF00")]
    [InlineData("number", "", "00010000000000002710")]
    [InlineData("number", "", "00010000100000000001")]
    [InlineData("number", "", "0001FFFF000000020001")]
    public void Check_BytesThatAreNotTheType_AreValueTypeWrong(string type, string format, string hex)
    {
        Assert.Equal(ErrorCodes.ValueTypeWrong, CheckOne(Schema(type, format), Convert.FromHexString(hex)));
    }

    [Theory]
    [InlineData("number", "", "00000000C0000000")]
    [InlineData("number", "", "00000000D0000000")]
    [InlineData("number", "", "00000000F0000000")]
    [InlineData("number", "", "00017FFF000000000001")]
    [InlineData("number", "", "00007FFF00000000")]
    [InlineData("number", "double", "7FF8000000000000")]
    [InlineData("number", "double", "FFF0000000000000")]
    [InlineData("string", "date", "7FFFFFFF")]
    [InlineData("string", "date", "80000000")]
    [InlineData("string", "date-time", "7FFFFFFFFFFFFFFF")]
    [InlineData("string", "date-time", "8000000000000000")]
    [InlineData("string", "time", "000000141DD76000")]
    [InlineData("string", "time", "FFFFFFFFFFFFFFFF")]
    public void Check_ValuesThatCannotBeStored_AreOutOfRange(string type, string format, string hex)
    {
        Assert.Equal(ErrorCodes.ValueOutOfRange, CheckOne(Schema(type, format), Convert.FromHexString(hex)));
    }

    [Theory]
    [InlineData("610062")]
    [InlineData("C3")]
    [InlineData("EDA080")]
    [InlineData("C0AF")]
    [InlineData("F4908080")]
    [InlineData("FF")]
    public void Check_TextThatIsNotCleanUtf8_IsEncodingWrong(string hex)
    {
        Assert.Equal(ErrorCodes.ValueEncodingWrong, CheckOne(Schema("string", ""), Convert.FromHexString(hex)));
    }

    [Theory]
    [InlineData("string", "")]
    [InlineData("integer", "")]
    [InlineData("number", "")]
    [InlineData("number", "double")]
    [InlineData("boolean", "")]
    [InlineData("string", "date")]
    [InlineData("string", "date-time")]
    [InlineData("string", "time")]
    [InlineData("string", "uuid")]
    public void Check_BadCellOfAnyLength_IsValueTypeWrongAndKeepsItsText(string type, string format)
    {
        foreach (var length in Enumerable.Range(0, 40))
        {
            var buffer = new ArrayBufferWriter<byte>();
            new RowWriter(buffer).WriteBadCell(new string('1', length));
            var value = buffer.WrittenSpan[4..].ToArray();
            Assert.Equal(ErrorCodes.ValueTypeWrong, CheckOne(Schema(type, format), value));
            Assert.Equal(new string('1', length), BadCell.Text(value));
        }
    }

    [Theory]
    [InlineData("string", BadCellReason.DigitsLost, "value_digits_lost")]
    [InlineData("integer", BadCellReason.DigitsLost, "value_digits_lost")]
    [InlineData("number", BadCellReason.CellError, "value_cell_error")]
    [InlineData("string", BadCellReason.FormulaUncalculated, "value_uncalculated")]
    public void Check_BadCellWithReason_IsThatReason(string type, BadCellReason reason, string code)
    {
        var buffer = new ArrayBufferWriter<byte>();
        new RowWriter(buffer).WriteBadCell("#N/A", reason);
        Assert.Equal(code, CheckOne(Schema(type, ""), buffer.WrittenSpan[4..].ToArray())?.Name);
    }

    [Fact]
    public void Check_LengthLimits_CountCodePoints()
    {
        const string Exactly3 = """{"type":"string","minLength":3,"maxLength":3,"x-exchange":{"key":true}}""";
        foreach (var good in (string[])["abc", "企业名", "a𠮷字", "😀😀😀"]) Assert.Null(CheckOne(Exactly3, Text(good)));
        Assert.Equal(ErrorCodes.ValueTooShort, CheckOne(Exactly3, Text("😀😀")));
        Assert.Equal(ErrorCodes.ValueTooLong, CheckOne(Exactly3, Text("😀😀😀😀")));
        var hundred = string.Concat(Enumerable.Repeat("企😀x", 33)) + "业";
        Assert.Null(CheckOne("""{"type":"string","minLength":100,"maxLength":100,"x-exchange":{"key":true}}""", Text(hundred)));
        Assert.Equal(ErrorCodes.ValueTooLong, CheckOne("""{"type":"string","maxLength":99,"x-exchange":{"key":true}}""", Text(hundred)));
    }

    [Fact]
    public void Check_KeyLongerThanAnIndexEntry_IsKeyTooLong()
    {
        Assert.Null(CheckOne(Schema("string", ""), Text(new string('a', RowValidator.MaxKeyBytes))));
        Assert.Equal(ErrorCodes.KeyTooLong, CheckOne(Schema("string", ""), Text(new string('a', RowValidator.MaxKeyBytes + 1))));
    }

    [Fact]
    public void Check_ManyShortTextsTogetherWiderThanAPage_IsRowTooLarge()
    {
        var properties = string.Join(',', Enumerable.Range(0, 500).Select(i => $$"""  "f{{i}}":{"type":"string"{{(i == 0 ? """,  "x-exchange":{"key":true}""" : "")}}}"""));
        var schema = ResourceSchema.Parse($$"""{"type":"object","required":["f0"],"properties":{ {{properties}} } }""").Value;
        var validator = RowValidator.Compile(schema);
        var violations = new List<Violation>();
        Assert.True(validator.Check(Wide(500, 10), 0, violations, out _).Value);
        Assert.False(validator.Check(Wide(500, 20), 0, violations, out _).Value);
        Assert.Equal(ErrorCodes.RowTooLarge, Assert.Single(violations).Code);
    }

    [Theory]
    [InlineData("string", "", "[\"b\",\"企\",\"a\"]", "企", "c")]
    [InlineData("integer", "", "[30,-2,7]", "-2", "8")]
    [InlineData("number", "", "[30,-2.50,7e-1]", "0.70", "0.71")]
    [InlineData("boolean", "", "[true]", "true", "false")]
    [InlineData("string", "date", "[\"2026-03-01\",\"2025-01-01\"]", "2025-01-01", "2025-01-02")]
    [InlineData("string", "uuid", "[\"0192f0c0-0000-7000-8000-000000000002\",\"0192F0C0-0000-7000-8000-000000000001\"]", "0192f0c0-0000-7000-8000-000000000001", "0192f0c0-0000-7000-8000-000000000003")]
    public void Check_Enum_TakesItsValuesAndNoOthers(string type, string format, string values, string good, string bad)
    {
        var field = Schema(type, format)[..^1] + $",\"enum\":{values}}}";
        var parsed = ResourceSchema.Parse($$"""{"type":"object","required":["v"],"properties":{"v":{{field}} } }""").Value.Fields[0];
        Assert.Null(CheckOne(field, Binary(parsed, good)));
        Assert.Equal(ErrorCodes.ValueNotInEnum, CheckOne(field, Binary(parsed, bad)));
    }

    private static byte[] Binary(Field field, string text)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Assert.True(Records.Formats.TextCell.TryWrite(field, text, new RowWriter(buffer), Records.Formats.CellOptions.Default));
        return buffer.WrittenSpan[4..].ToArray();
    }

    internal static string Schema(string type, string format) =>
        $$"""{"type":"{{type}}"{{(format.Length > 0 ? $",\"format\":\"{format}\"" : "")}}{{(format == "double" ? "" : ",\"x-exchange\":{\"key\":true}")}}}""";

    internal static ErrorCode? CheckOne(string field, byte[] value)
    {
        var (validator, row) = One(field, value);
        var violations = new List<Violation>();
        var result = validator.Check(row, 0, violations, out _);
        Assert.Equal(violations.Count == 0, result.Value);
        return violations.Count == 0 ? null : Assert.Single(violations).Code;
    }

    private static (RowValidator Validator, byte[] Row) One(string field, byte[]? value)
    {
        var withKey = !field.Contains("\"key\":true", StringComparison.Ordinal);
        var key = withKey ? """, "k":{"type":"boolean","x-exchange":{"key":true}}""" : "";
        var schema = ResourceSchema.Parse($$"""{"type":"object","required":["v"{{(withKey ? ",\"k\"" : "")}}],"properties":{"v":{{field}}{{key}} } }""").Value;
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(schema.Fields.Count);
        if (value is null) writer.WriteNull();
        else writer.WriteRaw(value);
        if (withKey) writer.WriteBoolean(true);
        return (RowValidator.Compile(schema), buffer.WrittenSpan.ToArray());
    }

    internal static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] Wide(int fields, int length)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(fields);
        for (var i = 0; i < fields; i++) writer.WriteText(new string('x', length));
        return buffer.WrittenSpan.ToArray();
    }
}
