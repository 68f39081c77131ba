using System.Buffers;
using System.Text;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Formats;

public sealed class FieldJsonTests
{
    [Fact]
    public void Write_AnyValidValue_ReadsBackToTheSameBytes() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), row => RowGen.Schema.Fields.Zip(row).All(p =>
        {
            using var json = JsonDocument.Parse(Json(p.First.Name, p.Second));
            var output = new ArrayBufferWriter<byte>();
            var wrong = FieldJson.Read(p.First, json.RootElement, "/f", new RowWriter(output));
            return wrong is null && output.WrittenSpan.SequenceEqual(RowGen.Tuple([p.Second]).AsSpan(2));
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Write_AnyBytes_IsJson() =>
        Prop.ForAll(Gen.Choose(0, 20).SelectMany(RowGen.Bytes).ToArbitrary(), Gen.Choose(0, RowGen.Schema.Fields.Count - 1).ToArbitrary(), (bytes, field) =>
        {
            using var json = JsonDocument.Parse(Json(RowGen.Schema.Fields[field].Name, bytes));
            return json.RootElement.ValueKind != JsonValueKind.Undefined;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Write_CellThatCouldNotBeConverted_ShowsTheSourcesText()
    {
        var output = new ArrayBufferWriter<byte>();
        new RowWriter(output).WriteBadCell("约 3 亿");
        Assert.Equal("""{"unreadable":"约 3 亿"}""", Json("number", output.WrittenSpan[4..].ToArray()));
    }

    [Theory]
    [InlineData("text", "1")]
    [InlineData("integer", "1.5")]
    [InlineData("integer", "\"eins\"")]
    [InlineData("number", "true")]
    [InlineData("double", "\"1\"")]
    [InlineData("boolean", "\"true\"")]
    [InlineData("date", "\"2026-13-01\"")]
    [InlineData("timestamp", "\"2026-01-01\"")]
    [InlineData("uuid", "{}")]
    [InlineData("text", "[]")]
    public void Read_ValueOfAnotherType_NamesFieldAndRuleAndWritesNothing(string field, string json)
    {
        using var document = JsonDocument.Parse(json);
        var output = new ArrayBufferWriter<byte>();
        var wrong = FieldJson.Read(RowGen.Schema.Find(field)!, document.RootElement, "/fields/" + field, new RowWriter(output));

        Assert.Equal(("/fields/" + field, ErrorCodes.ValueTypeWrong, field), (wrong!.Pointer, wrong.Code, wrong.Data["field"]));
        Assert.Equal(0, output.WrittenCount);
    }

    private static string Json(string field, byte[]? value)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            FieldJson.Write(writer, RowGen.Schema.Find(field)!, value, value is null);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
