using System.Text;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Exchange.Records.Validation.Identity;

namespace Exchange.Records.Tests.Validation.Identity;

public sealed class IdentityFormatTests
{
    [Theory]
    [InlineData("11010519491231002X", null)]
    [InlineData("440524188001010014", null)]
    [InlineData("11010519491231002x", "value_letter_case")]
    [InlineData("110105194912310021", "value_checksum_wrong")]
    [InlineData("440524188001010015", "value_checksum_wrong")]
    [InlineData("110105194902300029", "value_format_wrong")]
    [InlineData("110105194913310029", "value_format_wrong")]
    [InlineData("990105194912310029", "value_checksum_wrong")]
    [InlineData("000105194912310029", "value_format_wrong")]
    [InlineData("130503670401001", "value_format_wrong")]
    [InlineData("1101051949123100X2", "value_format_wrong")]
    [InlineData("１１010519491231002X", "value_format_wrong")]
    [InlineData("", "value_format_wrong")]
    public void ResidentId_Vectors_AreJudged(string value, string? code) => Assert.Equal(code, Judge("cn-resident-id", value));

    [Fact]
    public void ResidentId_BornAfterToday_IsInTheFutureUntilTheDayComesInChina()
    {
        var id = Encoding.ASCII.GetBytes("11010520260102001");
        var value = Encoding.ASCII.GetString(id) + ResidentId.CheckCharacter(id);
        var clock = new Clock { Now = new DateTimeOffset(2026, 1, 1, 15, 59, 59, TimeSpan.Zero) };
        var validator = Validator("cn-resident-id", new ValidatorOptions { Time = clock });
        Assert.Equal("value_date_future", Judge(validator, value));
        clock.Now = clock.Now.AddSeconds(1);
        Assert.Null(Judge(validator, value));
    }

    [Fact]
    public void ResidentId_EachOfElevenCheckCharacters_IsTheOnlyOneThatPasses()
    {
        for (var sequence = 0; sequence < 200; sequence++)
        {
            var digits = Encoding.ASCII.GetBytes($"11010519900307{sequence:D3}");
            var passing = "0123456789X".Where(c => ResidentId.Check([.. digits, (byte)c], out _) == ResidentIdForm.Good).ToArray();
            Assert.Equal([ResidentId.CheckCharacter(digits)], passing);
        }
    }

    [Theory]
    [InlineData("91350100M000100Y43", null)]
    [InlineData("91350203M0001FUE2P", null)]
    [InlineData("91350100M000100Y44", "value_checksum_wrong")]
    [InlineData("91350100M000100Y4", "value_format_wrong")]
    [InlineData("91350100M000100Y4I", "value_format_wrong")]
    [InlineData("9135010OM000100Y43", "value_format_wrong")]
    [InlineData("91A50100M000100Y43", "value_format_wrong")]
    [InlineData("91350100m000100y43", "value_format_wrong")]
    [InlineData("企业350100M000100", "value_format_wrong")]
    public void Uscc_Vectors_AreJudged(string value, string? code) => Assert.Equal(code, Judge("cn-uscc", value));

    [Theory]
    [InlineData("91350203M0001FUE2P", 'J')]
    [InlineData("91350100M0001TGQXM", '1')]
    [InlineData("91350211M0000XUF46", 'R')]
    public void Uscc_EarlyCodes_HaveTheCheckCharacterThatWasRecomputed(string value, char expected) =>
        Assert.Equal(expected, CreditCode.CheckCharacter(Encoding.ASCII.GetBytes(value)));

    [Theory]
    [InlineData("cn-division", "350102", true)]
    [InlineData("cn-division", "350102001", true)]
    [InlineData("cn-division", "350102001001", true)]
    [InlineData("cn-division", "35", false)]
    [InlineData("cn-division", "3501020", false)]
    [InlineData("cn-division", "990102", false)]
    [InlineData("cn-division", "35010A", false)]
    [InlineData("cn-mobile", "13900001234", true)]
    [InlineData("cn-mobile", "19900001234", true)]
    [InlineData("cn-mobile", "12900001234", false)]
    [InlineData("cn-mobile", "1390000123", false)]
    [InlineData("cn-mobile", "+8613900001234", false)]
    [InlineData("cn-plate", "浙A12345", true)]
    [InlineData("cn-plate", "浙A1234警", true)]
    [InlineData("cn-plate", "粤B12345D", true)]
    [InlineData("cn-plate", "粤BD12345", true)]
    [InlineData("cn-plate", "使123456", true)]
    [InlineData("cn-plate", "浙I12345", false)]
    [InlineData("cn-plate", "浙A1234O", false)]
    [InlineData("cn-plate", "浙A123456", false)]
    [InlineData("cn-plate", "A123456", false)]
    [InlineData("cn-plate", "浙A·12345", false)]
    [InlineData("email", "a.b+c@example.gov.cn", true)]
    [InlineData("email", "a@localhost", true)]
    [InlineData("email", "a..b@example.cn", false)]
    [InlineData("email", "@example.cn", false)]
    [InlineData("email", "a@", false)]
    [InlineData("email", "a@-x.cn", false)]
    [InlineData("email", "a b@x.cn", false)]
    [InlineData("email", "企@x.cn", false)]
    [InlineData("uri", "https://example.gov.cn/a%20b?c=d#e", true)]
    [InlineData("uri", "urn:x:y", true)]
    [InlineData("uri", "http://[::1]:80/x", true)]
    [InlineData("uri", "/relative", false)]
    [InlineData("uri", "http://a b", false)]
    [InlineData("uri", "http://a/%2", false)]
    [InlineData("uri", "http://a/[x]", false)]
    [InlineData("uri", "1http://a", false)]
    [InlineData("uri", "http:", false)]
    public void Format_Value_IsJudged(string format, string value, bool good) => Assert.Equal(good ? null : "value_format_wrong", Judge(format, value));

    private static string? Judge(string format, string value) => Judge(Validator(format, ValidatorOptions.Default), value);

    private static string? Judge(RowValidator validator, string value)
    {
        var violations = new List<Violation>();
        validator.Check(RowGen.Tuple([Encoding.UTF8.GetBytes(value)]), 0, violations, out _);
        return violations.Count == 0 ? null : Assert.Single(violations).Code.Name;
    }

    private static RowValidator Validator(string format, ValidatorOptions options) => RowValidator.Compile(
        ResourceSchema.Parse($$"""{"type":"object","required":["v"],"properties":{"v":{"type":"string","format":"{{format}}","x-exchange":{"key":true} } } }""").Value, options);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
