using System.Buffers;
using System.Globalization;
using System.Text;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using FsCheck;
using FsCheck.Fluent;
using NJsonSchema;

namespace Exchange.Records.Tests.Validation;

/// <summary>
/// Holds reader and validator to NJsonSchema 10.7.2 where that is right. It is not, and stays out here: <c>const</c> (ignored), lengths of text over U+FFFF (it counts UTF-16 units),
/// <c>\d</c> (it takes any script's digits) and <c>$</c> (it accepts a line feed after it) in patterns, whole numbers written <c>1.0</c> or <c>1e2</c> (it takes them for no integers), and its own
/// ideas of <c>uri</c>, <c>time</c> and <c>date-time</c>. Numbers in strings, which the exchange's reader takes, stay out too.
/// </summary>
public sealed class NJsonSchemaDifferentialTests
{
    private static readonly string[] Texts = ["", "a", "ab", "abc", "abcd", "企业", "企业名", "A1", "x9z", "-", "a b", "2026-01-31", "2026-02-30", "2026-1-1", "0192f0c0-0000-7000-8000-000000000001"];
    private static readonly string[] Numbers = ["0", "1", "-1", "2", "3", "10", "99", "100", "-100", "1000000"];
    private static readonly string[] Decimals = [.. Numbers, "0.5", "-0.5", "1.25", "2.005", "99.99", "100.01", "1e2", "0.001"];

    [Fact]
    public void Check_AnyFieldAndValue_AgreesWithNJsonSchema() =>
        Prop.ForAll(Cases().ToArbitrary(), pair =>
        {
            var (field, value, required) = pair;
            var schema = $$"""
                {"type":"object","additionalProperties":false,"required":["k"{{(required ? ",\"v\"" : "")}}],"properties":{"k":{"type":"integer","x-exchange":{"key":true} },"v":{{field}} } }
                """;
            var json = value is null ? """{"k":1}""" : $$"""{"k":1,"v":{{value}} }""";
            var expected = Reference(schema, json);
            return (Ours(schema, json) == expected).Label($"{field} {value}: NJsonSchema says {expected}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Check_UnknownOrMissingField_AgreesWithNJsonSchema()
    {
        foreach (var json in (string[])["""{"k":1}""", """{"k":1,"x":2}""", """{}""", """{"k":null}"""])
        {
            const string Schema = """{"type":"object","additionalProperties":false,"required":["k"],"properties":{"k":{"type":"integer","x-exchange":{"key":true}}}}""";
            Assert.Equal(Reference(Schema, json), Ours(Schema, json));
        }
    }

    private static bool Reference(string schema, string json) => JsonSchema.FromJsonAsync(schema).GetAwaiter().GetResult().Validate(json).Count == 0;

    private static bool Ours(string schema, string json)
    {
        var parsed = ResourceSchema.Parse(schema).Value;
        var output = new ArrayBufferWriter<byte>();
        if (new NdjsonReader(parsed).ReadLine(Encoding.UTF8.GetBytes(json), 1, 0, new RowWriter(output)).IsError) return false;
        return RowValidator.Compile(parsed).Check(output.WrittenSpan, 0, [], out _).Value;
    }

    private static Gen<(string Field, string? Value, bool Required)> Cases() =>
        from isRequired in Gen.Elements(true, false)
        from nullable in Gen.Elements(true, false)
        from field in Gen.OneOf(TextFields(nullable), NumberFields(nullable, "integer", Numbers), NumberFields(nullable, "number", Decimals), Gen.Constant(Typed("boolean", nullable, "")))
        from value in Values(nullable || isRequired)
        where value != "1e2" || !field.Contains("integer", StringComparison.Ordinal)
        select (field, value, isRequired);

    // A field that is optional and not nullable takes an explicit null here, because a row cannot tell it from an absent one; JSON Schema does not.
    private static Gen<string?> Values(bool withNull) => Gen.OneOf(
        Gen.Elements(Texts.Select(t => (string?)$"\"{t}\"")), Gen.Elements<string?>(Decimals), Gen.Elements<string?>("true", "false", "[]", "{}", withNull ? "null" : "false"), Gen.Constant<string?>(null));

    private static Gen<string> TextFields(bool nullable) => Gen.OneOf(
        from least in Gen.Choose(0, 3) from more in Gen.Choose(0, 3) select Typed("string", nullable, $",\"minLength\":{least},\"maxLength\":{least + more}"),
        Gen.Elements("^[a-z]+$", "b", "^.{3}$", "^[^0-9]*$", "^(ab|企业)", "[A-Z][0-9]").Select(p => Typed("string", nullable, $",\"pattern\":\"{p}\"")),
        Gen.Constant(Typed("string", nullable, ",\"enum\":[\"a\",\"企业\"" + (nullable ? ",null]" : "]"))),
        Gen.Elements("date", "uuid").Select(f => Typed("string", nullable, $",\"format\":\"{f}\"")));

    private static Gen<string> NumberFields(bool nullable, string type, string[] limits) => Gen.OneOf(
        from least in Gen.Elements("minimum", "exclusiveMinimum")
        from most in Gen.Elements("maximum", "exclusiveMaximum")
        from low in Gen.Elements(limits)
        from high in Gen.Elements(limits)
        where decimal.Parse(low, NumberStyles.Float, CultureInfo.InvariantCulture) < decimal.Parse(high, NumberStyles.Float, CultureInfo.InvariantCulture)
        select Typed(type, nullable, $",\"{least}\":{low},\"{most}\":{high}"),
        Gen.Elements(type == "integer" ? ["1", "2", "3", "10"] : new[] { "0.01", "0.5", "0.25", "1", "10" }).Select(m => Typed(type, nullable, $",\"multipleOf\":{m}")),
        Gen.Constant(Typed(type, nullable, ",\"enum\":[1,10" + (nullable ? ",null]" : "]"))));

    private static string Typed(string type, bool nullable, string rules) => $$"""{"type":{{(nullable ? $"[\"{type}\",\"null\"]" : $"\"{type}\"")}}{{rules}} }""";
}
