using System.Buffers;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;

namespace Exchange.Records.Tests.Formats;

public sealed class CsvRowReaderTests
{
    private static readonly ResourceSchema Schema = ResourceSchema.Parse("""
        {"type":"object","required":["code","name","n"],"properties":{"code":{"type":"string","x-exchange":{"key":true}},"name":{"type":"string"},"n":{"type":"integer"},
         "note":{"type":"string"},"day":{"type":"string","format":"date"}}}
        """).Value;

    [Fact]
    public void Read_ColumnsInAnotherOrder_BindByName()
    {
        var rows = Read("day,名称,code,n,note,extra\n2026/1/5,甲,01,7,,zzz\n", new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "名称" }, ["extra"]);
        Assert.Equal((string?[])["01", "甲", "7", null, "2026-01-05"], rows[0].Fields);
    }

    [Theory]
    [InlineData("code,name,n,note", "column 'day' is missing")]
    [InlineData("code,name,n,note,day,more", "column 'more' is unknown")]
    [InlineData("code,name,n,note,day,code", "column 'code' stands twice")]
    public void Bind_HeaderThatDoesNotFit_IsDrift(string header, string change)
    {
        using var reader = new StringReader(header);
        var csv = new CsvReader(reader);
        Assert.True(csv.ReadRecord());
        var error = CsvRowReader.Bind(csv, Schema).Error!;
        Assert.Equal(ErrorCodes.SchemaDrift, error.Code);
        Assert.Contains(change, error.Text(Language.En), StringComparison.Ordinal);
        Assert.Contains("列", error.Text(Language.Zh), StringComparison.Ordinal);
        Assert.Equal("line 1", Assert.Single(error.Details).Pointer);
    }

    [Fact]
    public void Read_CellThatCannotBeConverted_ReachesTheValidatorAndKeepsItsText()
    {
        var row = Read("code,name,n,note,day\n1,a,一百,x,2026-02-30\n")[0];
        Assert.Equal(CsvRowOutcome.BadRow, row.Outcome);
        Assert.Equal([("n", ErrorCodes.ValueTypeWrong), ("day", ErrorCodes.ValueTypeWrong)], row.Violations.Select(v => (v.Field!, v.Code)));
        Assert.Equal("一百", row.Fields[2]);
    }

    [Theory]
    [InlineData("1,a,5,x")]
    [InlineData("1,a,5,x,2026-01-01,more")]
    public void Read_RaggedRecord_IsSetAsideAndTheNextOneIsRead(string record)
    {
        var rows = Read($"code,name,n,note,day\n{record}\n\n2,b,6,y,2026-01-02\n");
        Assert.Equal([CsvRowOutcome.BadRow, CsvRowOutcome.Row], rows.Select(r => r.Outcome));
        var violation = Assert.Single(rows[0].Violations);
        Assert.Equal((null, ErrorCodes.RowRagged), (violation.Field, violation.Code));
        Assert.Equal(record, rows[0].Fields[0]);
        Assert.Equal(4, rows[1].Line);
    }

    [Fact]
    public void Read_EmptyCells_AreNullWhereAllowedAndTextElsewhere()
    {
        var row = Read("code,name,n,note,day\n1,,5,,\n")[0];
        Assert.Equal((string?[])["1", "", "5", null, null], row.Fields);
        Assert.Empty(row.Violations);
        Assert.Equal(ErrorCodes.ValueRequired, Assert.Single(Read("code,name,n,note,day\n1,a,,,\n")[0].Violations).Code);
    }

    [Theory]
    [InlineData("integer", "", "5", "5")]
    [InlineData("integer", "", "+5", "5")]
    [InlineData("integer", "", "-05", "-5")]
    [InlineData("integer", "", "5.0", null)]
    [InlineData("integer", "", " 5", null)]
    [InlineData("integer", "", "1,000", null)]
    [InlineData("integer", "", "５", null)]
    [InlineData("integer", "", "20240101", "20240101")]
    [InlineData("number", "", "001.50", "1.50")]
    [InlineData("number", "", "1.5E3", "1500")]
    [InlineData("number", "", "-.5", "-0.5")]
    [InlineData("number", "", "1.", null)]
    [InlineData("number", "", "1.5元", null)]
    [InlineData("number", "double", "1e3", "1000")]
    [InlineData("number", "double", "NaN", null)]
    [InlineData("boolean", "", "是", "true")]
    [InlineData("boolean", "", "FALSE", "false")]
    [InlineData("boolean", "", "y", null)]
    [InlineData("string", "date", "2026-1-5", "2026-01-05")]
    [InlineData("string", "date", "2026年1月5日", "2026-01-05")]
    [InlineData("string", "date", "20260105", "2026-01-05")]
    [InlineData("string", "date", "2026-1/5", null)]
    [InlineData("string", "date", "26-01-05", null)]
    [InlineData("string", "date", "2026年1月5", null)]
    [InlineData("string", "date", "2026-02-29", null)]
    [InlineData("string", "date", "2026-01-05 00:00:00", null)]
    [InlineData("string", "time", "8:05", "08:05:00")]
    [InlineData("string", "time", "08:05:01.25", "08:05:01.25")]
    [InlineData("string", "time", "24:00", null)]
    [InlineData("string", "date-time", "2026-01-05T08:00:00+08:00", "2026-01-05T00:00:00Z")]
    [InlineData("string", "date-time", "2026/1/5 8:00", "2026-01-05T00:00:00Z")]
    [InlineData("string", "date-time", "2026-01-05 08:00:00.5", "2026-01-05T00:00:00.5Z")]
    [InlineData("string", "date-time", "2026-01-05", null)]
    [InlineData("string", "date-time", "0001-01-01 00:00:00", null)]
    [InlineData("string", "uuid", "0192F0C0-0000-7000-8000-000000000001", "0192f0c0-0000-7000-8000-000000000001")]
    [InlineData("string", "uuid", "{0192f0c0-0000-7000-8000-000000000001}", null)]
    public void TryWrite_Cell_IsConvertedOrKeptAsBadCell(string type, string format, string text, string? expected)
    {
        var field = ResourceSchema.Parse($$"""
            {"type":"object","required":["k"],"properties":{"k":{"type":"string","x-exchange":{"key":true} },"v":{"type":"{{type}}"{{(format.Length > 0 ? $",\"format\":\"{format}\"" : "")}} } } }
            """).Value.Fields[1];
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(expected is not null, TextCell.TryWrite(field, text, new RowWriter(output), CellOptions.Default));
        var value = output.WrittenSpan[4..];
        Assert.Equal(expected ?? text, expected is null ? BadCell.Text(value) : ValueText.Text(field.Type, value));
    }

    [Fact]
    public void TryWrite_WithTrim_TakesWhiteSpaceOffOnlyWhenAsked()
    {
        var options = new CellOptions { Trim = true };
        var output = new ArrayBufferWriter<byte>();
        Assert.True(TextCell.TryWrite(Schema.Find("n")!, " 5\t", new RowWriter(output), options));
        Assert.True(TextCell.TryWrite(Schema.Find("name")!, " a ", new RowWriter(output), options));
        Assert.True(TextCell.TryWrite(Schema.Find("name")!, " a ", new RowWriter(output), CellOptions.Default));
        Assert.EndsWith("\0\0\0\u0001a\0\0\0\u0003 a ", Encoding.ASCII.GetString(output.WrittenSpan), StringComparison.Ordinal);
    }

    private static List<(CsvRowOutcome Outcome, string?[] Fields, List<Violation> Violations, long Line)> Read(
        string text, Dictionary<string, string>? headers = null, HashSet<string>? ignored = null)
    {
        using var reader = new StringReader(text);
        var csv = new CsvReader(reader);
        Assert.True(csv.ReadRecord());
        var bound = CsvRowReader.Bind(csv, Schema, null, headers, ignored).Value;
        var validator = RowValidator.Compile(Schema);
        var rows = new List<(CsvRowOutcome, string?[], List<Violation>, long)>();
        while (true)
        {
            var output = new ArrayBufferWriter<byte>();
            var outcome = bound.Read(new RowWriter(output));
            if (outcome == CsvRowOutcome.End) break;
            var violations = new List<Violation>();
            validator.Check(output.WrittenSpan, 0, violations, out _);
            var slices = new FieldSlice[Schema.Fields.Count];
            Assert.True(new RowReader(output.WrittenSpan).ReadRow(slices));
            var row = output.WrittenSpan.ToArray();
            rows.Add((outcome, [.. Schema.Fields.Select(f => Text(f, slices[f.Ordinal], row))], violations, bound.Line));
        }

        Assert.Null(csv.Fault);
        return rows;
    }

    private static string? Text(Field field, FieldSlice slice, byte[] row)
    {
        if (slice.IsNull) return null;
        var value = row.AsSpan(slice.Offset, slice.Length);
        return BadCell.Text(value) ?? ValueText.Text(field.Type, value);
    }
}
