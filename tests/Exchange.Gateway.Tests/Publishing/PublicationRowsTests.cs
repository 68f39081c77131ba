using System.Text;
using Exchange.Gateway.Publishing;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;

namespace Exchange.Gateway.Tests.Publishing;

public sealed class PublicationRowsTests
{
    private const string SchemaText = """
        {"type":"object","additionalProperties":false,"required":["id","name"],"properties":{
          "id":{"type":"integer","x-exchange":{"key":true}},"name":{"type":["string","null"],"maxLength":5},"price":{"type":["number","null"]}}}
        """;

    private static readonly RowValidator Validator = RowValidator.Compile(ResourceSchema.Parse(SchemaText).Value);

    public static TheoryData<string, string, string?> BadLines => new()
    {
        { "{", "ndjson_malformed", null },
        { "[]", "ndjson_malformed", null },
        { """{"id":1,"name":"a"} x""", "ndjson_malformed", null },
        { """{"id":1,"name":"a"}{"id":2,"name":"b"}""", "ndjson_malformed", null },
        { """{"id":1,"name":"a","nam":1}""", "field_unknown", "nam" },
        { """{"id":1,"id":2,"name":"a"}""", "property_duplicate", "id" },
        { """{"id":1}""", "value_required", "name" },
        { """{"id":"x","name":"a"}""", "value_type_wrong", "id" },
        { """{"id":1.5,"name":"a"}""", "value_type_wrong", "id" },
        { """{"id":1,"name":["a"]}""", "value_type_wrong", "name" },
        { """{"id":1,"name":"abcdef"}""", "value_too_long", "name" },
        { """{"id":1,"name":"\ud800"}""", "value_encoding_wrong", "name" },
        { """{"id":1,"name":"a\u0000"}""", "value_encoding_wrong", "name" },
        { """{"id":null,"name":"a"}""", "value_required", "id" },
        { """{"id":1,"name":"a","price":1e999999}""", "value_out_of_range", "price" },
        { """{"a":""" + new string('[', 100) + new string(']', 100) + "}", "ndjson_malformed", null },
        { new string('x', 5000), "line_too_long", null },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public void ReadBatch_BadLineAmongGoodOnes_IsNamedAndBecomesARowThatTheCatalogueSetsAside(string line, string name, string? field)
    {
        foreach (var mode in (PublishMode[])[PublishMode.Changes, PublishMode.Snapshot])
        {
            using var rows = Rows($"{{\"id\":7,\"name\":\"a\"}}\n{line}\n{{\"name\":\"b\",\"id\":8}}\n", mode);

            Assert.True(rows.ReadBatch());
            var rejected = Assert.Single(rows.Found.Rejections);
            Assert.Equal((2, 20), (rejected.Line, rejected.Offset));
            Assert.Contains(rejected.Reasons, r => r.Code.Name == name && (field is null || r.Data["field"] == field));
            Assert.Equal([true, false, true], Judge(rows.Body.Span, mode));
            Assert.False(rows.ReadBatch());
            Assert.Null(rows.Found.Fault);
        }
    }

    [Fact]
    public void ReadBatch_BytesThatAreNoUtf8_AreRejectedWithTheirLine()
    {
        byte[] body = [.. "{\"id\":1,\"name\":\""u8, 0xC3, 0x28, .. "\"}\n{\"id\":2,\"name\":\"b\"}"u8];
        using var rows = new PublicationRows(new MemoryStream(body), Request(PublishMode.Changes), Validator, new PublishingOptions());

        Assert.True(rows.ReadBatch());

        Assert.Equal((1, "value_encoding_wrong"), (rows.Found.Rejections[0].Line, rows.Found.Rejections[0].Reasons[0].Code.Name));
        Assert.Equal([false, true], Judge(rows.Body.Span, PublishMode.Changes));
    }

    [Fact]
    public void ReadBatch_ItemsOfTheChangeFeed_BecomeUpsertsAndDeletes()
    {
        const string Body = """
            {"op":"insert","row":{"id":1,"name":"a"}}
            {"row":{"id":2,"name":null},"op":"update"}
            {"op":"delete","key":{"id":3}}
            {"op":"delete","key":{"id":4,"name":"x"}}
            {"op":"delete","row":{"id":5,"name":"a"}}
            {"op":"insert","row":{"id":6,"name":"a"},"more":1}
            {"op":"upsert","row":{"id":7,"name":"a"}}
            {"id":8,"name":"a"}
            """;
        using var rows = Rows(Body, PublishMode.Changes, LineForm.Changes);

        Assert.True(rows.ReadBatch());

        Assert.Equal([true, true, true, false, false, false, false, false], Judge(rows.Body.Span, PublishMode.Changes));
        Assert.Equal(
            ["delete_holds_value", "change_malformed", "change_malformed", "change_malformed", "change_malformed"], rows.Found.Rejections.Select(r => r.Reasons[0].Code.Name));
        Assert.Equal("UUDDUUUU", Operations(rows.Body.Span));
    }

    [Fact]
    public void ReadBatch_KeyTwiceInASnapshot_RejectsTheSecond()
    {
        using var rows = Rows("""
            {"id":1,"name":"toolong"}
            {"id":1,"name":"a"}
            {"id":1,"name":"b"}
            """, PublishMode.Snapshot);

        Assert.True(rows.ReadBatch());

        Assert.Equal([(1, "value_too_long"), (3, "key_duplicate")], rows.Found.Rejections.Select(r => ((int)r.Line, r.Reasons[0].Code.Name)));
    }

    [Fact]
    public void ReadBatch_ManyBadRows_NeverPutsMoreIntoABatchThanTheCatalogueTolerates()
    {
        using var rows = Rows(string.Concat(Enumerable.Range(0, 100).Select(n => $"{{\"id\":{n},\"name\":\"{(n % 2 == 0 ? "a" : "toolong")}\"}}\n")), PublishMode.Changes);

        var sizes = new List<int>();
        while (rows.ReadBatch()) sizes.Add(rows.RowCount);

        Assert.Equal([20, 20, 20, 20, 20], sizes);
        Assert.Equal((100, 50, 5), (rows.Found.Lines, rows.Found.Rejected, rows.Found.Batches));
    }

    [Fact]
    public void ReadBatch_Csv_BindsByNameAndRejectsRaggedRows()
    {
        using var rows = Csv("\uFEFFname,id,price\r\na,1,2.5\r\n\"\",2,\r\nc,3\r\nd,x,1\r\n");

        Assert.True(rows.ReadBatch());

        Assert.Equal([true, true, false, false], Judge(rows.Body.Span, PublishMode.Changes));
        Assert.Equal([(4, "row_ragged"), (5, "value_type_wrong")], rows.Found.Rejections.Select(r => ((int)r.Line, r.Reasons[0].Code.Name)));
    }

    [Theory]
    [InlineData("name,id\r\na,1\r\n", "schema_drift")]
    [InlineData("name,id,price,more\r\n", "schema_drift")]
    [InlineData("name,id,price\r\n\"a,1,2\r\n", "csv_malformed")]
    [InlineData("", "publication_empty")]
    public void ReadBatch_CsvThatCannotBeRead_IsAFault(string text, string name)
    {
        using var rows = Csv(text);

        Assert.False(rows.ReadBatch());

        Assert.Equal(name, rows.Found.Fault?.Code.Name);
    }

    [Fact]
    public void ReadBatch_CsvInAnotherEncoding_IsAFaultWithAHint()
    {
        byte[] body = [.. "name,id,price\r\n"u8, 0xD5, 0xC5, .. ",1,2\r\n"u8];
        using var rows = new PublicationRows(new MemoryStream(body), Request(PublishMode.Changes) with { Format = PublishFormat.Csv }, Validator, new PublishingOptions());

        Assert.False(rows.ReadBatch());

        Assert.Equal("body_not_utf8", rows.Found.Fault?.Code.Name);
        Assert.Contains("iconv", rows.Found.Fault!.Text(Contracts.Errors.Language.Zh), StringComparison.Ordinal);
    }

    private static PublicationRows Rows(string body, PublishMode mode, LineForm form = LineForm.Records) => new(
        new MemoryStream(Encoding.UTF8.GetBytes(body)), Request(mode) with { Lines = form }, Validator, new PublishingOptions { MaxLineBytes = 1000 });

    private static PublicationRows Csv(string body) => new(
        new MemoryStream(Encoding.UTF8.GetBytes(body)), Request(PublishMode.Changes) with { Format = PublishFormat.Csv }, Validator, new PublishingOptions());

    private static PublishRequest Request(PublishMode mode) => new("item", "key", PublishFormat.Ndjson, mode, BadLinePolicy.Reject, LineForm.Records);

    /// <summary>What the catalogue's check says of each row.</summary>
    private static List<bool> Judge(ReadOnlySpan<byte> body, PublishMode mode)
    {
        var judged = new List<bool>();
        var violations = new List<Violation>();
        while (!body.IsEmpty)
        {
            var sound = mode == PublishMode.Snapshot
                ? Validator.Check(body, 0, violations, out var length)
                : Validator.CheckChange(body, 0, violations, out length, out _);
            judged.Add(sound.Value);
            body = body[length..];
        }

        return judged;
    }

    private static string Operations(ReadOnlySpan<byte> body)
    {
        var operations = "";
        var reader = new RowReader(body);
        var fields = new FieldSlice[Validator.Schema.Fields.Count + 1];
        while (reader.ReadRow(fields)) operations += Encoding.ASCII.GetString(reader.Bytes(fields[0]));
        return operations;
    }
}
