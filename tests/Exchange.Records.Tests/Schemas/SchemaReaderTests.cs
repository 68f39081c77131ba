using System.Text;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Records.Tests.Schemas;

public sealed class SchemaReaderTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Fact]
    public void Parse_EnterpriseSchema_ReadsEveryField()
    {
        var schema = Enterprise.Schema;
        Assert.Equal(["uscc", "name", "legal_rep", "id_no", "reg_capital", "established", "status", "region_code", "address", "phone", "updated_at", "scope"], schema.Fields.Select(f => f.Name));
        Assert.Equal(
            [FieldType.Text, FieldType.Text, FieldType.Text, FieldType.Text, FieldType.Number, FieldType.Date, FieldType.Integer, FieldType.Text, FieldType.Text, FieldType.Text, FieldType.Timestamp, FieldType.Text],
            schema.Fields.Select(f => f.Type));
        Assert.Equal(["uscc"], schema.Keys.Select(f => f.Name));
        Assert.Equal(["region_code"], schema.Filterable.Select(f => f.Name));
        Assert.Equal(["reg_capital", "established", "address", "phone", "scope"], schema.Fields.Where(f => f.Nullable).Select(f => f.Name));
        var rep = schema.Find("legal_rep")!;
        Assert.Equal(("name", 3, "name", 2, 50), (rep.Personal, rep.Level, rep.DefaultMask, rep.Rules.MinLength!.Value, rep.Rules.MaxLength!.Value));
        Assert.Equal(["1", "2", "3", "4"], schema.Find("status")!.Rules.Enum!);
        Assert.Null(schema.Find("nothing"));
    }

    [Theory]
    [InlineData("""{"type":"string","if":{}}""", "/properties/v/if", "schema_keyword_refused")]
    [InlineData("""{"type":"string","default":"x"}""", "/properties/v/default", "schema_keyword_refused")]
    [InlineData("""{"type":"string","anyOf":[{}]}""", "/properties/v/anyOf", "schema_keyword_refused")]
    [InlineData("""{"type":"integer","minLength":1}""", "/properties/v/minLength", "schema_keyword_misplaced")]
    [InlineData("""{"type":"string","minimum":1}""", "/properties/v/minimum", "schema_keyword_misplaced")]
    [InlineData("""{"type":"string","format":"date","pattern":"a"}""", "/properties/v/pattern", "schema_keyword_misplaced")]
    [InlineData("""{"type":"number","format":"double","multipleOf":2}""", "/properties/v/multipleOf", "schema_keyword_misplaced")]
    [InlineData("""{"type":"integer","format":"int32"}""", "/properties/v/format", "schema_keyword_misplaced")]
    [InlineData("""{"type":"string","format":"ipv4"}""", "/properties/v/format", "schema_keyword_invalid")]
    [InlineData("""{"type":"object"}""", "/properties/v/type", "schema_keyword_invalid")]
    [InlineData("""{"type":["string","integer"]}""", "/properties/v/type", "schema_keyword_invalid")]
    [InlineData("""{"type":["null"]}""", "/properties/v/type", "schema_keyword_invalid")]
    [InlineData("""{}""", "/properties/v", "schema_keyword_invalid")]
    [InlineData("""true""", "/properties/v", "schema_keyword_invalid")]
    [InlineData("""{"type":"string","minLength":-1}""", "/properties/v/minLength", "schema_keyword_invalid")]
    [InlineData("""{"type":"string","minLength":1.5}""", "/properties/v/minLength", "schema_keyword_invalid")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":2}""", "/properties/v/minLength", "schema_rules_contradict")]
    [InlineData("""{"type":"number","minimum":3,"exclusiveMaximum":3}""", "/properties/v/minimum", "schema_rules_contradict")]
    [InlineData("""{"type":"number","minimum":1e400}""", "/properties/v/minimum", "schema_keyword_invalid")]
    [InlineData("""{"type":"number","multipleOf":0}""", "/properties/v/multipleOf", "schema_keyword_invalid")]
    [InlineData("""{"type":"string","enum":[]}""", "/properties/v/enum", "schema_keyword_invalid")]
    [InlineData("""{"type":"string","enum":["a","a"]}""", "/properties/v/enum/1", "schema_keyword_invalid")]
    [InlineData("""{"type":"integer","enum":[1,"2"]}""", "/properties/v/enum/1", "schema_keyword_invalid")]
    [InlineData("""{"type":["string","null"],"enum":["a"]}""", "/properties/v/enum", "schema_rules_contradict")]
    [InlineData("""{"type":["string","null"],"const":"a"}""", "/properties/v/const", "schema_rules_contradict")]
    [InlineData("""{"type":"string","pattern":"(a)\\1"}""", "/properties/v/pattern", "schema_pattern_refused")]
    [InlineData("""{"type":"string","pattern":"(?=a)"}""", "/properties/v/pattern", "schema_pattern_refused")]
    [InlineData("""{"type":"string","pattern":"["}""", "/properties/v/pattern", "schema_pattern_refused")]
    [InlineData("""{"type":"string","pattern":"(a{1000}){1000}"}""", "/properties/v/pattern", "schema_pattern_refused")]
    [InlineData("""{"type":"string","x-exchange":{"keys":true}}""", "/properties/v/x-exchange/keys", "schema_keyword_refused")]
    [InlineData("""{"type":"string","x-exchange":{"level":5}}""", "/properties/v/x-exchange/level", "schema_keyword_invalid")]
    [InlineData("""{"type":"string","x-exchange":true}""", "/properties/v/x-exchange", "schema_keyword_invalid")]
    [InlineData("""{"type":["string","null"],"x-exchange":{"key":true}}""", "/properties/v", "schema_key_nullable")]
    [InlineData("""{"type":"number","format":"double","x-exchange":{"key":true}}""", "/properties/v/x-exchange/key", "schema_keyword_misplaced")]
    [InlineData("""{"$ref":"http://127.0.0.1:9/x.json"}""", "/properties/v/$ref", "schema_reference_refused")]
    [InlineData("""{"$ref":"file:///etc/passwd"}""", "/properties/v/$ref", "schema_reference_refused")]
    [InlineData("""{"$ref":"#/properties/k"}""", "/properties/v/$ref", "schema_reference_refused")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "/properties/v/$ref", "schema_reference_broken")]
    [InlineData("""{"type":"string","type":"string"}""", "/properties/v/type", "schema_property_duplicate")]
    public void Parse_FieldOutsideTheProfile_IsRefusedWithPointer(string field, string pointer, string code)
    {
        var result = ResourceSchema.Parse($$"""{"type":"object","required":["k","v"],"properties":{"k":{"type":"string","x-exchange":{"key":true} },"v":{{field}} } }""");
        Assert.Equal(ErrorCodes.SchemaInvalid, result.Error!.Code);
        Assert.Contains((pointer, code), result.Error.Details.Select(d => (d.Pointer, d.Code.Name)));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{},"required":[]}""", "/properties", "schema_key_missing")]
    [InlineData("""{"type":"object","properties":{"1a":{"type":"string"}}}""", "/properties/1a", "schema_field_name_invalid")]
    [InlineData("""{"type":"object","properties":{"a b":{"type":"string"}}}""", "/properties/a b", "schema_field_name_invalid")]
    [InlineData("""{"type":"object","properties":{"a/b":{"type":"string"}}}""", "/properties/a~1b", "schema_field_name_invalid")]
    [InlineData("""{"type":"object","properties":{"一二三四五六七八九十一二三四五六七":{"type":"string"}}}""", "/properties/一二三四五六七八九十一二三四五六七", "schema_field_name_invalid")]
    [InlineData("""{"type":"object","properties":{"select":{"type":"string"}}}""", "/properties/select", "schema_field_name_reserved")]
    [InlineData("""{"type":"object","required":["x"],"properties":{}}""", "/required/0", "schema_field_undeclared")]
    [InlineData("""{"type":"object","additionalProperties":true,"properties":{}}""", "/additionalProperties", "schema_keyword_invalid")]
    [InlineData("""{"type":"object","patternProperties":{},"properties":{}}""", "/patternProperties", "schema_keyword_refused")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{}}""", "/$schema", "schema_keyword_invalid")]
    [InlineData("""{"type":"object"}""", "", "schema_keyword_invalid")]
    [InlineData("""[]""", "", "schema_keyword_invalid")]
    [InlineData("""{"type":"object","properties":{},"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}""", "/$defs/b/$ref", "schema_reference_broken")]
    [InlineData("""{"type":"object","properties":{},"$defs":{"unused":{"type":"string","not":{}}}}""", "/$defs/unused/not", "schema_keyword_refused")]
    public void Parse_SchemaOutsideTheProfile_IsRefusedWithPointer(string json, string pointer, string code)
    {
        var result = ResourceSchema.Parse(json);
        Assert.Contains((pointer, code), result.Error!.Details.Select(d => (d.Pointer, d.Code.Name)));
    }

    [Theory]
    [InlineData("{\"type\":", 8)]
    [InlineData("{} x", 3)]
    [InlineData("{\"title\":\"\\ud800\"}", 9)]
    [InlineData("{\"title\":\"\\u0000\"}", 9)]
    public void Parse_NotJson_TellsTheByte(string json, int offset)
    {
        var error = ResourceSchema.Parse(json).Error!;
        Assert.Equal(ErrorCodes.SchemaNotJson, error.Code);
        Assert.Equal(offset.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Data["offset"]);
    }

    [Fact]
    public void Parse_HalfASurrogatePairInTheText_TellsTheByte() => Parse_NotJson_TellsTheByte("{\"title\":\"" + '\ud800' + "\"}", 10);

    [Fact]
    public void Parse_SeveralFaults_TellsAllAtOnce()
    {
        var result = ResourceSchema.Parse("""{"type":"object","oneOf":[],"required":["nope"],"properties":{"a":{"type":"string","minimum":1,"format":"x"},"b":{"type":"what"}}}""");
        Assert.Equal(
            ["/oneOf", "/properties/a/format", "/properties/b/type", "/required/0", "/properties"],
            result.Error!.Details.Select(d => d.Pointer));
    }

    [Fact]
    public void Parse_ReferenceIntoDefs_BringsItsKeywordsAndLocalAnnotationsWin()
    {
        var schema = ResourceSchema.Parse("""
            {"type":"object","required":["a"],"$defs":{"code":{"type":"string","maxLength":5,"title":"T"},"again":{"$ref":"#/$defs/code"}},
             "properties":{"a":{"$ref":"#/$defs/again","title":"A","x-exchange":{"key":true}}}}
            """).Value;
        Assert.Equal(("A", 5, true), (schema.Fields[0].Title, schema.Fields[0].Rules.MaxLength!.Value, schema.Fields[0].IsKey));
    }

    [Fact]
    public void Parse_DeepOrLargeSchema_IsRefused()
    {
        Assert.Equal(ErrorCodes.SchemaNotJson, ResourceSchema.Parse(new string('[', 100_000)).Error!.Code);
        Assert.Equal(ErrorCodes.SchemaTooLarge, ResourceSchema.Parse(new string(' ', (1 << 20) + 1)).Error!.Details[0].Code);
    }

    [Fact]
    public void Parse_EnumOfMoreValuesThanAllowed_IsRefused()
    {
        var values = string.Join(',', Enumerable.Range(0, 10_001));
        var error = ResourceSchema.Parse($$"""{"type":"object","required":["v"],"properties":{"v":{"type":"integer","x-exchange":{"key":true},"enum":[{{values}}]} } }""").Error!;
        Assert.Equal(("/properties/v/enum", ErrorCodes.SchemaTooLarge), (error.Details[0].Pointer, error.Details[0].Code));
    }

    [Fact]
    public void Parse_AsManyFieldsAsATableHolds_ReadsThemAndRefusesOneMore()
    {
        Assert.Equal(1599, ResourceSchema.Parse(WithFields(1599)).Value.Fields.Count);
        Assert.Equal(ErrorCodes.SchemaTooLarge, ResourceSchema.Parse(WithFields(1600)).Error!.Details[0].Code);
    }

    [Fact]
    public void Fingerprint_WhiteSpaceAndKeywordOrder_DoNotChangeItButFieldOrderDoes()
    {
        var node = JsonDocument.Parse(Enterprise.Json).RootElement;
        var indented = JsonSerializer.Serialize(node, Indented);
        Assert.Equal(Enterprise.Schema.Fingerprint, ResourceSchema.Parse(indented).Value.Fingerprint);
        Assert.Matches("^[0-9a-f]{64}$", Enterprise.Schema.Fingerprint);

        const string Ab = """{"type":"object","required":["a"],"properties":{"a":{"type":"string","x-exchange":{"key":true}},"b":{"type":"string","maxLength":2}}}""";
        const string AbOther = """{"required":["a"],"properties":{"a":{"x-exchange":{"key":true},"type":"string"},"b":{"maxLength":2,"type":"string"}},"type":"object"}""";
        const string Ba = """{"type":"object","required":["a"],"properties":{"b":{"type":"string","maxLength":2},"a":{"type":"string","x-exchange":{"key":true}}}}""";
        Assert.Equal(ResourceSchema.Parse(Ab).Value.Fingerprint, ResourceSchema.Parse(AbOther).Value.Fingerprint);
        Assert.NotEqual(ResourceSchema.Parse(Ab).Value.Fingerprint, ResourceSchema.Parse(Ba).Value.Fingerprint);
    }

    [Fact]
    public void Parse_ChineseFieldNames_AreAllowed()
    {
        var schema = ResourceSchema.Parse("""{"type":"object","required":["统一代码"],"properties":{"统一代码":{"type":"string","x-exchange":{"key":true}},"名称_2":{"type":"string"}}}""").Value;
        Assert.NotNull(schema.Find("统一代码"));
        Assert.True(schema.Find("名称_2")!.Nullable);
    }

    private static string WithFields(int count)
    {
        var json = new StringBuilder("""{"type":"object","required":["f0"],"properties":{""");
        for (var i = 0; i < count; i++) json.Append(i == 0 ? "" : ",").Append($"\"f{i}\":{{\"type\":\"integer\"{(i == 0 ? ",\"x-exchange\":{\"key\":true}" : "")}}}");
        return json.Append("}}").ToString();
    }
}
