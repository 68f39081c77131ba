using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Records.Tests.Schemas;

public sealed class SchemaCompatibilityTests
{
    [Theory]
    [InlineData("""{"type":"string","maxLength":10}""", """{"type":"string","maxLength":5}""", null)]
    [InlineData("""{"type":"string","maxLength":10}""", """{"type":"string","maxLength":11}""", "/properties/v/maxLength")]
    [InlineData("""{"type":"string","maxLength":10}""", """{"type":"string"}""", "/properties/v/maxLength")]
    [InlineData("""{"type":"string","minLength":2}""", """{"type":"string","minLength":1}""", "/properties/v/minLength")]
    [InlineData("""{"type":"string"}""", """{"type":"string","minLength":1,"pattern":"a","title":"T"}""", null)]
    [InlineData("""{"type":"string"}""", """{"type":"integer"}""", "/properties/v/type")]
    [InlineData("""{"type":"string"}""", """{"type":"string","format":"date"}""", "/properties/v/type")]
    [InlineData("""{"type":"string"}""", """{"type":["string","null"]}""", "/properties/v/type")]
    [InlineData("""{"type":["string","null"]}""", """{"type":"string"}""", null)]
    [InlineData("""{"type":"string","enum":["a","b"]}""", """{"type":"string","enum":["a"]}""", null)]
    [InlineData("""{"type":"string","enum":["a","b"]}""", """{"type":"string","enum":["b","c","a"]}""", "/properties/v/enum")]
    [InlineData("""{"type":"string","enum":["a","b"]}""", """{"type":"string"}""", "/properties/v/enum")]
    [InlineData("""{"type":"integer","minimum":1}""", """{"type":"integer","exclusiveMinimum":1}""", null)]
    [InlineData("""{"type":"integer","exclusiveMinimum":1}""", """{"type":"integer","minimum":1}""", "/properties/v/minimum")]
    [InlineData("""{"type":"integer","maximum":9}""", """{"type":"integer","maximum":10}""", "/properties/v/maximum")]
    [InlineData("""{"type":"number","multipleOf":0.01}""", """{"type":"number","multipleOf":0.1}""", null)]
    [InlineData("""{"type":"number","multipleOf":0.1}""", """{"type":"number","multipleOf":0.01}""", "/properties/v/multipleOf")]
    [InlineData("""{"type":"string","pattern":"a"}""", """{"type":"string","pattern":"b"}""", "/properties/v/pattern")]
    [InlineData("""{"type":"string","format":"cn-uscc"}""", """{"type":"string"}""", "/properties/v/format")]
    [InlineData("""{"type":"string"}""", """{"type":"string","format":"cn-mobile"}""", null)]
    [InlineData("""{"type":"string","x-exchange":{"filter":true}}""", """{"type":"string"}""", "/properties/v/x-exchange/filter")]
    [InlineData("""{"type":"string"}""", """{"type":"string","x-exchange":{"key":true}}""", "/properties/v/x-exchange/key")]
    public void Breaks_ChangedField_TellsWhetherOldReadersCanGoOn(string last, string next, string? pointer)
    {
        var breaks = SchemaCompatibility.Breaks(With(next), With(last));
        Assert.Equal(pointer, breaks.Count == 0 ? null : Assert.Single(breaks).Pointer);
        Assert.All(breaks, b => Assert.Equal(ErrorCodes.SchemaChangeBreaks, b.Code));
        Assert.All(breaks, b => Assert.Contains("字段“v”", b.Text(Language.Zh), StringComparison.Ordinal));
        Assert.All(breaks, b => Assert.Contains("'v'", b.Text(Language.En), StringComparison.Ordinal));
    }

    [Fact]
    public void Breaks_FieldsAddedRemovedAndMoved_OnlyTheRemovedOneBreaks()
    {
        var last = Parse(""" "k":{"type":"string","x-exchange":{"key":true}},"a":{"type":"string"},"b":{"type":"string"} """);
        var next = Parse(""" "b":{"type":"string"},"k":{"type":"string","x-exchange":{"key":true}},"c":{"type":"integer"} """);
        Assert.Equal("/properties/a", Assert.Single(SchemaCompatibility.Breaks(next, last)).Pointer);
        Assert.Empty(SchemaCompatibility.Breaks(last, last));
    }

    [Fact]
    public void Breaks_NewFieldInTheKey_Breaks()
    {
        var last = Parse(""" "k":{"type":"string","x-exchange":{"key":true}} """);
        var next = ResourceSchema.Parse("""
            {"type":"object","required":["k","k2"],"properties":{"k":{"type":"string","x-exchange":{"key":true}},"k2":{"type":"string","x-exchange":{"key":true}}}}
            """).Value;
        Assert.Equal("/properties/k2", Assert.Single(SchemaCompatibility.Breaks(next, last)).Pointer);
    }

    private static ResourceSchema Parse(string properties) => ResourceSchema.Parse($$"""{"type":"object","required":["k"],"properties":{ {{properties}} } }""").Value;

    private static ResourceSchema With(string field) => ResourceSchema.Parse(
        $$"""{"type":"object","required":["k","v"],"properties":{"k":{"type":"string","x-exchange":{"key":true} },"v":{{field}} } }""").Value;
}
