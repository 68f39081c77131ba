using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;

namespace Exchange.Records.Tests.Validation;

public sealed class ChangeRowTests
{
    [Fact]
    public void CheckChange_UpsertAndDelete_CheckWhatTheyCarry()
    {
        var schema = ResourceSchema.Parse("""{"type":"object","required":["id","n"],"properties":{"id":{"type":"string","x-exchange":{"key":true}},"n":{"type":"integer"}}}""").Value;
        var validator = RowValidator.Compile(schema);
        var violations = new List<Violation>();
        Assert.True(validator.CheckChange(Change('U', "a", 1), 0, violations, out var length, out var operation).Value);
        Assert.Equal((ChangeOperation.Upsert, Change('U', "a", 1).Length), (operation, length));
        Assert.True(validator.CheckChange(Change('D', "a", null), 0, violations, out _, out operation).Value);
        Assert.Equal(ChangeOperation.Delete, operation);
        Assert.Empty(violations);

        Assert.False(validator.CheckChange(Change('D', "a", 1), 0, violations, out _, out _).Value);
        Assert.Equal(ErrorCodes.DeleteHoldsValue, violations[^1].Code);
        Assert.False(validator.CheckChange(Change('D', null, null), 0, violations, out _, out _).Value);
        Assert.Equal(ErrorCodes.ValueRequired, violations[^1].Code);
        Assert.Equal(ErrorCodes.RowsMalformed, validator.CheckChange(Change('X', "a", 1), 0, violations, out length, out _).Error!.Code);
        Assert.Equal(0, length);
    }

    [Fact]
    public void AppendInt64_ToARow_ReadsBackWithOneFieldMore()
    {
        var buffer = new ArrayBufferWriter<byte>();
        RowAppend.AppendInt64(buffer, Change('U', "a", 5), 42);
        var reader = new RowReader(buffer.WrittenSpan);
        Span<FieldSlice> four = stackalloc FieldSlice[4];
        Assert.True(reader.ReadRow(four));
        Assert.Equal(42, RowValue.Int64(reader.Bytes(four[3])));
        Assert.Equal(("a", 5L), (RowValue.Text(reader.Bytes(four[1])), RowValue.Int64(reader.Bytes(four[2]))));
        Assert.False(reader.ReadRow(four));
        Assert.Null(reader.Fault);
    }

    private static byte[] Change(char operation, string? id, long? n)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(3);
        writer.WriteRaw([(byte)operation]);
        if (id is null) writer.WriteNull();
        else writer.WriteText(id);
        if (n is { } number) writer.WriteInt64(number);
        else writer.WriteNull();
        return buffer.WrittenSpan.ToArray();
    }
}
