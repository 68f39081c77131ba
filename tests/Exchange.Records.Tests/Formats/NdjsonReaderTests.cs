using System.Buffers;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Formats;

public sealed class NdjsonReaderTests
{
    [Theory]
    [InlineData("""{"id":"a","integer":1}""", "a", "1")]
    [InlineData("""{"integer":"9223372036854775807","id":"a"}""", "a", "9223372036854775807")]
    [InlineData("""{"id":"\u4f01\ud83d\ude00\n","integer":1e3}""", "企😀\n", "1000")]
    [InlineData("""  {"id":"a","integer":-1.0 } """, "a", "-1")]
    [InlineData("""{"id":"","integer":null}""", "", null)]
    public void ReadLine_GoodObject_GivesTheRow(string line, string id, string? integer)
    {
        var (error, fields) = Read(line);
        Assert.Null(error);
        Assert.Equal(id, Encoding.UTF8.GetString(fields[0]!));
        Assert.Equal(integer, fields[2] is { } value ? RowValue.Int64(value).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    [Theory]
    [InlineData("", 100)]
    [InlineData("nul", 100)]
    [InlineData("[]", 100)]
    [InlineData("\"x\"", 100)]
    [InlineData("{\"id\":\"a\"} x", 111)]
    [InlineData("{\"id\":\"a\"}{}", 110)]
    [InlineData("{\"id\":\"a\"", 109)]
    [InlineData("{\"id\":\"a\",}", 110)]
    [InlineData("{\"id\":01}", 106)]
    [InlineData("{\"text\":[[[[[[[[[[1]]]]]]]]]]}", 115)]
    public void ReadLine_NotOneJsonObject_TellsLineAndByte(string line, long offset)
    {
        var (error, fields) = Read(line);
        Assert.Equal(ErrorCodes.NdjsonMalformed, error!.Code);
        Assert.Empty(error.Details);
        Assert.Equal("7", error.Data["line"]);
        Assert.Equal(offset.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Data["offset"]);
        Assert.Empty(fields);
    }

    [Theory]
    [InlineData("""{"id":"a","nope":{"x":[1]}}""", "/nope", "field_unknown")]
    [InlineData("""{"id":"a","id":"b"}""", "/id", "property_duplicate")]
    [InlineData("""{"integer":1}""", "/id", "value_required")]
    [InlineData("""{"id":1}""", "/id", "value_type_wrong")]
    [InlineData("""{"id":["a"]}""", "/id", "value_type_wrong")]
    [InlineData("""{"id":"a","integer":1.5}""", "/integer", "value_type_wrong")]
    [InlineData("""{"id":"a","integer":9223372036854775808}""", "/integer", "value_type_wrong")]
    [InlineData("""{"id":"a","integer":true}""", "/integer", "value_type_wrong")]
    [InlineData("""{"id":"a","boolean":"true"}""", "/boolean", "value_type_wrong")]
    [InlineData("""{"id":"a","double":"1"}""", "/double", "value_type_wrong")]
    [InlineData("""{"id":"a","double":1e400}""", "/double", "value_out_of_range")]
    [InlineData("""{"id":"a","number":1e1001}""", "/number", "value_out_of_range")]
    [InlineData("""{"id":"a","date":"2026-02-30"}""", "/date", "value_type_wrong")]
    [InlineData("""{"id":"a","timestamp":"2026-02-28T24:00:00Z"}""", "/timestamp", "value_type_wrong")]
    [InlineData("""{"id":"a","timestamp":"2026-02-28T00:00:00.1234567Z"}""", "/timestamp", "value_type_wrong")]
    [InlineData("""{"id":"a","uuid":"x"}""", "/uuid", "value_type_wrong")]
    [InlineData("""{"id":"\ud800"}""", "/id", "value_encoding_wrong")]
    [InlineData("""{"id":"a\u0000"}""", "/id", "value_encoding_wrong")]
    public void ReadLine_ObjectThatDoesNotFit_TellsTheField(string line, string pointer, string code)
    {
        var (error, fields) = Read(line);
        var detail = Assert.Single(error!.Details);
        Assert.Equal(("line 7: " + pointer, code), (detail.Pointer, detail.Code.Name));
        Assert.Empty(fields);
    }

    [Fact]
    public void ReadLine_SeveralFaults_TellsAll()
    {
        var (error, _) = Read("""{"id":1,"x":1,"integer":"a"}""");
        Assert.Equal(["line 7: /id", "line 7: /x", "line 7: /integer"], error!.Details.Select(d => d.Pointer));
    }

    [Fact]
    public void Lines_MarkBlankLinesAndMissingLastEnd_AreHandled()
    {
        var lines = new NdjsonLines("\uFEFF{}\r\n\n  \n{\"a\":1}\nx"u8);
        var seen = new List<(string, long, int)>();
        while (lines.Read()) seen.Add((Encoding.UTF8.GetString(lines.Line), lines.Number, lines.Offset));
        Assert.Equal([("{}", 1, 3), ("{\"a\":1}", 4, 11), ("x", 5, 19)], seen);
    }

    [Fact]
    public void ReadLine_AnyMutationOfALine_AnswersOrFailsInsideTheLine() =>
        Prop.ForAll(Mutations().ToArbitrary(), line =>
        {
            var output = new ArrayBufferWriter<byte>();
            var result = new NdjsonReader(RowGen.Schema).ReadLine(line, 1, 0, new RowWriter(output));
            if (!result.IsError) return new RowReader(output.WrittenSpan).ReadRow(new FieldSlice[RowGen.Schema.Fields.Count]);
            var offset = long.Parse(result.Error.Data["offset"], System.Globalization.CultureInfo.InvariantCulture);
            return output.WrittenCount == 0 && offset >= 0 && offset <= line.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static Gen<byte[]> Mutations() =>
        from row in RowGen.Row()
        from cuts in (from at in Gen.Choose(0, 10_000) from b in Gen.OneOf(Gen.Choose(0, 255), Gen.Elements('"', '\\', '{', '}', 'u', ',', '0').Select(c => (int)c)) select (at, b)).ListOf()
        from length in Gen.Choose(0, 10_000)
        select Mutate(FormatRoundTripTests.Write(new NdjsonWriter([.. RowGen.Schema.Fields.Select(Column.Of)]), row), cuts, length);

    private static byte[] Mutate(byte[] line, IEnumerable<(int At, int Byte)> changes, int length)
    {
        foreach (var (at, b) in changes) line[at % line.Length] = (byte)b;
        return length % 3 == 0 ? line[..(length % line.Length)] : line;
    }

    private static (Error? Error, byte[]?[] Fields) Read(string line)
    {
        var output = new ArrayBufferWriter<byte>();
        var result = new NdjsonReader(RowGen.Schema).ReadLine(Encoding.UTF8.GetBytes(line), 7, 100, new RowWriter(output));
        if (output.WrittenCount == 0) return (result.Error, []);
        var row = output.WrittenSpan.ToArray();
        return (result.Error, [.. FormatRoundTripTests.Slices(row).Select(s => s.IsNull ? null : row[s.Offset..(s.Offset + s.Length)])]);
    }
}
