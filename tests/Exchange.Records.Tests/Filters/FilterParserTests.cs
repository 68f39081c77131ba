using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Filters;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Tests.Filters;

public sealed class FilterParserTests
{
    internal static readonly ResourceSchema Schema = ResourceSchema.Parse("""
        {"type":"object","required":["id"],"properties":{"id":{"type":"integer","x-exchange":{"key":true}},"name":{"type":"string"},"amount":{"type":"number"},
         "rate":{"type":"number","format":"double"},"ok":{"type":"boolean"},"day":{"type":"string","format":"date"},"at":{"type":"string","format":"date-time"},
         "hour":{"type":"string","format":"time"},"ref":{"type":"string","format":"uuid"},"区划":{"type":"string"}}}
        """).Value;

    [Theory]
    [InlineData("name=eq.张三", "and=(name.eq.张三)")]
    [InlineData("区划=like.3301*&id=gte.18", "and=(区划.like.3301%25,id.gte.18)")]
    [InlineData("name=not.eq.a,b(c)", "and=(name.not.eq.\"a,b(c)\")")]
    [InlineData("or=(id.eq.1,and(id.gt.2,name.is.null))", "or=(id.eq.1,and(id.gt.2,name.is.null))")]
    [InlineData("not.or=(id.eq.1,ok.is.true)", "and=(not.or(id.eq.1,ok.is.true))")]
    [InlineData("id=in.(1,2,3)&name=in.(a,\"b,c\",\"d\\\"e\\\\f\")", "and=(id.in.(1,2,3),name.in.(a,\"b,c\",\"d\\\"e\\\\f\"))")]
    [InlineData("name=eq.A%26B%25", "and=(name.eq.A%26B%25)")]
    [InlineData("day=lt.2026-02-28&at=gte.2026-01-01T08:00:00%2B08:00&hour=neq.12:30:00&ref=eq.0192f0c0-0000-7000-8000-000000000001",
        "and=(day.lt.2026-02-28,at.gte.2026-01-01T00:00:00Z,hour.neq.12:30:00,ref.eq.0192f0c0-0000-7000-8000-000000000001)")]
    [InlineData("amount=eq.1.50&rate=lt.1e3&ok=eq.true", "and=(amount.eq.1.50,rate.lt.1000,ok.eq.true)")]
    [InlineData("name=eq.", "and=(name.eq.)")]
    [InlineData("", "")]
    public void ParseQuery_GoodFilter_PrintsInCanonicalForm(string query, string printed)
    {
        var filter = FilterParser.ParseQuery(query, Schema).Value;
        Assert.Equal(printed, filter.ToString());
        Assert.Equal(printed, FilterParser.ParseQuery(printed, Schema).Value.ToString());
    }

    [Theory]
    [InlineData("nope=eq.1", "field_unknown")]
    [InlineData("not.id=eq.1", "field_unknown")]
    [InlineData("or=(nope.eq.1)", "field_unknown")]
    [InlineData("id\"--=eq.1", "field_unknown")]
    [InlineData("id=eq.x", "filter_invalid")]
    [InlineData("id=eq.", "filter_invalid")]
    [InlineData("id=eq.1.0", "filter_invalid")]
    [InlineData("id=eq.9223372036854775808", "filter_invalid")]
    [InlineData("amount=eq.NaN", "filter_invalid")]
    [InlineData("amount=eq.1e400", "filter_invalid")]
    [InlineData("rate=eq.1e400", "filter_invalid")]
    [InlineData("rate=eq.Infinity", "filter_invalid")]
    [InlineData("day=eq.2026-02-30", "filter_invalid")]
    [InlineData("at=eq.2026-02-28T00:00:00", "filter_invalid")]
    [InlineData("id=1", "filter_invalid")]
    [InlineData("id=like.1*", "filter_invalid")]
    [InlineData("id=is.true", "filter_invalid")]
    [InlineData("id=fts.1", "filter_invalid")]
    [InlineData("name=like.a\\", "filter_invalid")]
    [InlineData("name=like.*a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p*q*r*s*t*u*", "filter_invalid")]
    [InlineData("or=id.eq.1", "filter_invalid")]
    [InlineData("or=(id.eq.1", "filter_invalid")]
    [InlineData("or=(id.eq.1))", "filter_invalid")]
    [InlineData("or=()", "filter_invalid")]
    [InlineData("or=(id.eq.1,)", "filter_invalid")]
    [InlineData("id=in.1,2", "filter_invalid")]
    [InlineData("id=in.(1,2", "filter_invalid")]
    [InlineData("name=in.(\"a)", "filter_invalid")]
    [InlineData("name=eq.%00", "filter_invalid")]
    [InlineData("id", "filter_invalid")]
    [InlineData("=eq.1", "filter_invalid")]
    [InlineData("or=(and(or(and(or(and(or(and(or(id.eq.1)))))))))", "filter_invalid")]
    public void ParseQuery_BadFilter_TellsWhatIsWrong(string query, string code)
    {
        var error = FilterParser.ParseQuery(query, Schema).Error!;
        Assert.Equal(code, error.Code.Name);
        if (error.Code != ErrorCodes.FilterInvalid) return;
        Assert.DoesNotContain('{', error.Text(Language.Zh));
        Assert.DoesNotMatch("[A-Za-z]{4,}.*[a-z]{4,} .*expected", error.Text(Language.Zh));
        Assert.True(int.Parse(error.Data["offset"], System.Globalization.CultureInfo.InvariantCulture) >= 0);
    }

    [Fact]
    public void Parse_TooManyConditionsOrValues_IsRefused()
    {
        Assert.False(FilterParser.ParseQuery(string.Join('&', Enumerable.Repeat("id=eq.1", 100)), Schema).IsError);
        Assert.True(FilterParser.ParseQuery(string.Join('&', Enumerable.Repeat("id=eq.1", 101)), Schema).IsError);
        Assert.True(FilterParser.ParseQuery("id=in.(" + string.Join(',', Enumerable.Range(0, 501)) + ")", Schema).IsError);
        Assert.True(FilterParser.ParseQuery("name=eq." + new string('x', 4001), Schema).IsError);
    }

    [Fact]
    public void Parse_HiddenField_IsRefusedLikeAnUnknownOne()
    {
        var hidden = FilterParser.ParseQuery("name=eq.a", Schema, f => f.Name != "name").Error!;
        var unknown = FilterParser.ParseQuery("nope=eq.a", Schema).Error!;
        Assert.Equal(unknown.Code, hidden.Code);
        Assert.Equal(unknown.Text(Language.En).Replace("nope", "name", StringComparison.Ordinal), hidden.Text(Language.En));
    }

    [Fact]
    public void Parse_Values_AreTypedForTheDriver()
    {
        object[] parameters =
        [
            .. new[] { "id=eq.-7", "name=eq.x", "amount=eq.1.50", "rate=eq.0.5", "ok=eq.false", "day=eq.2026-01-31", "at=eq.2026-01-31T01:02:03.5Z", "hour=eq.01:02:03", "ref=eq.0192f0c0-0000-7000-8000-000000000001" }
                .Select(q => ((Filter.Comparison)FilterParser.ParseQuery(q, Schema).Value).Value.Parameter),
        ];
        Assert.Equal(
            [
                -7L, "x", 1.50m, 0.5, false, new DateOnly(2026, 1, 31), new DateTime(2026, 1, 31, 1, 2, 3, 500, DateTimeKind.Utc), new TimeOnly(1, 2, 3),
                Guid.Parse("0192f0c0-0000-7000-8000-000000000001"),
            ],
            parameters);
    }

    [Theory]
    [InlineData("id=eq.5", true)]
    [InlineData("id=gt.4&id=lt.6", true)]
    [InlineData("name=eq.Ａbc", false)]
    [InlineData("name=like.企业*", true)]
    [InlineData("name=like.企_名*", true)]
    [InlineData("name=like.*称", true)]
    [InlineData("name=like.*\\**", false)]
    [InlineData("amount=eq.1.500", true)]
    [InlineData("amount=in.(1,1.5)", true)]
    [InlineData("区划=eq.x", false)]
    [InlineData("区划=not.eq.x", false)]
    [InlineData("区划=neq.x", false)]
    [InlineData("区划=is.null", true)]
    [InlineData("区划=not.is.null", false)]
    [InlineData("or=(区划.eq.x,id.eq.5)", true)]
    [InlineData("not.and=(区划.eq.x,id.eq.6)", true)]
    [InlineData("not.and=(区划.eq.x,id.eq.5)", false)]
    [InlineData("ok=is.true", true)]
    [InlineData("ok=is.false", false)]
    [InlineData("ok=not.is.false", true)]
    [InlineData("name=ilike.企业*", true)]
    public void Matches_ARow_FollowsThreeValuedLogic(string query, bool expected)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(Schema.Fields.Count);
        writer.WriteInt64(5);
        writer.WriteText("企业名称");
        writer.WriteNumber(1.5m);
        writer.WriteNull();
        writer.WriteBoolean(true);
        for (var i = 5; i < Schema.Fields.Count; i++) writer.WriteNull();
        var fields = new FieldSlice[Schema.Fields.Count];
        var reader = new RowReader(buffer.WrittenSpan);
        Assert.True(reader.ReadRow(fields));
        Assert.Equal(expected, FilterParser.ParseQuery(query, Schema).Value.Matches(buffer.WrittenSpan, fields));
    }

    [Theory]
    [InlineData("a%b%c", "axxbyyc", true)]
    [InlineData("a%b%c", "axxbyy", false)]
    [InlineData("%%%", "", true)]
    [InlineData("_", "😀", true)]
    [InlineData("__", "😀", false)]
    [InlineData("\\%\\_\\\\", "%_\\", true)]
    [InlineData("%aab", "aaab", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void LikePattern_AgainstText_MatchesAsSqlDoes(string pattern, string text, bool expected) =>
        Assert.Equal(expected, FilterPattern.Matches(text, pattern, ignoreCase: false));
}
