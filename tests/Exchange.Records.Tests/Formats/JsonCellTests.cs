using System.Buffers;
using System.Text;
using System.Text.Json;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Xunit;

namespace Exchange.Records.Tests.Formats;

public sealed class JsonCellTests
{
    [Theory]
    [InlineData(FieldType.Text, "\"张三\"", "张三")]
    [InlineData(FieldType.Text, "\"\\u5f20\\n\"", "张\n")]
    [InlineData(FieldType.Text, "\"\"", "")]
    [InlineData(FieldType.Integer, "42", "42")]
    [InlineData(FieldType.Integer, "\"42\"", "42")]
    [InlineData(FieldType.Integer, "4.2e1", "42")]
    [InlineData(FieldType.Number, "1.50", "1.50")]
    [InlineData(FieldType.Number, "\"12345678901234567890.5\"", "12345678901234567890.5")]
    [InlineData(FieldType.Double, "0.25", "0.25")]
    [InlineData(FieldType.Boolean, "true", "true")]
    [InlineData(FieldType.Boolean, "0", "false")]
    [InlineData(FieldType.Boolean, "\"是\"", "true")]
    [InlineData(FieldType.Date, "\"2026年1月31日\"", "2026-01-31")]
    [InlineData(FieldType.Timestamp, "\"2026-01-31 08:00:00\"", "2026-01-31T00:00:00Z")]
    [InlineData(FieldType.Timestamp, "\"2026-01-31T08:00:00+08:00\"", "2026-01-31T00:00:00Z")]
    [InlineData(FieldType.Timestamp, "1769817600000", "2026-01-31T00:00:00Z")]
    [InlineData(FieldType.Uuid, "\"0197a1de-0000-7000-8000-000000000001\"", "0197a1de-0000-7000-8000-000000000001")]
    public void Write_ValueOfTheType_IsRead(FieldType type, string json, string expected)
    {
        var (good, value) = Write(type, json, new JsonCellOptions { TimeUnit = TimeSpan.FromMilliseconds(1) });
        Assert.True(good);
        Assert.Equal(expected, ValueText.Text(type, value!));
    }

    [Theory]
    [InlineData(FieldType.Text, "42", "42")]
    [InlineData(FieldType.Text, "true", "true")]
    [InlineData(FieldType.Text, "{\"a\":[1]}", "{\"a\":[1]}")]
    [InlineData(FieldType.Integer, "4.5", "4.5")]
    [InlineData(FieldType.Integer, "\"四\"", "四")]
    [InlineData(FieldType.Integer, "true", "true")]
    [InlineData(FieldType.Integer, "99999999999999999999", "99999999999999999999")]
    [InlineData(FieldType.Boolean, "2", "2")]
    [InlineData(FieldType.Date, "20260131", "20260131")]
    [InlineData(FieldType.Timestamp, "1769817600000", "1769817600000")]
    [InlineData(FieldType.Timestamp, "\"2026-02-30 00:00:00\"", "2026-02-30 00:00:00")]
    [InlineData(FieldType.Uuid, "[]", "[]")]
    public void Write_AnotherValue_IsKeptAsABadCell(FieldType type, string json, string text)
    {
        var (good, value) = Write(type, json, JsonCellOptions.Default);
        Assert.False(good);
        Assert.Equal(text, BadCell.Text(value));
    }

    [Theory]
    [InlineData("1e30")]
    [InlineData("99999999999999999")]
    [InlineData("-99999999999999999")]
    public void Write_MomentOutOfRange_IsKeptAsABadCell(string json) =>
        Assert.False(Write(FieldType.Timestamp, json, new JsonCellOptions { TimeUnit = TimeSpan.FromSeconds(1) }).Good);

    [Theory]
    [InlineData(FieldType.Text, "null")]
    [InlineData(FieldType.Integer, "\"\"")]
    public void Write_NullOrEmpty_IsNull(FieldType type, string json) => Assert.Null(Write(type, json, JsonCellOptions.Default).Value);

    [Fact]
    public void Write_LongObject_IsKeptCut()
    {
        var value = Write(FieldType.Text, $"[\"{new string('a', 5000)}\"]", JsonCellOptions.Default).Value;
        Assert.Equal(BadCell.MaxText, BadCell.Text(value)!.Length);
    }

    private static (bool Good, byte[]? Value) Write(FieldType type, string json, JsonCellOptions options)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        writer.StartRow(1);
        var field = new Field { Name = "f", Ordinal = 0, Type = type, Nullable = true };
        var before = reader.TokenStartIndex;
        var good = JsonCell.TryWrite(field, ref reader, bytes, writer, options);
        Assert.Equal(before, reader.TokenStartIndex);
        var slices = new FieldSlice[1];
        var row = new RowReader(output.WrittenSpan);
        Assert.True(row.ReadRow(slices));
        return (good, slices[0].IsNull ? null : row.Bytes(slices[0]).ToArray());
    }
}
