using System.Buffers;
using Exchange.Benchmarks.Data;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class EnterpriseRowsTests
{
    private const int Rows = 5_000;

    [Fact]
    public void Write_AnyRow_PassesItsSchemaWithoutWarning()
    {
        var validator = RowValidator.Compile(ResourceSchema.Parse(EnterpriseSchema.Json).Value);
        var violations = new List<Violation>();
        var rest = Written().Span;
        for (var row = 0; row < Rows; row++)
        {
            Assert.True(validator.Check(rest, row, violations, out var length).Value);
            rest = rest[length..];
        }

        Assert.Empty(violations);
        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void Key_EveryRow_IsTheKeyWrittenAndUnique()
    {
        var rows = Written();
        var reader = new RowReader(rows.Span);
        var fields = new FieldSlice[12];
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var row = 0; reader.ReadRow(fields); row++)
        {
            var key = RowValue.Text(reader.Bytes(fields[0]));
            Assert.Equal(key, EnterpriseRows.Key(row));
            Assert.True(keys.Add(key));
        }

        Assert.Equal(Rows, keys.Count);
    }

    [Fact]
    public void Write_Again_GivesTheSameBytes() => Assert.True(Written().Span.SequenceEqual(Written().Span));

    private static ReadOnlyMemory<byte> Written()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new EnterpriseRows(buffer, EnterpriseLayout.Exchange);
        for (var row = 0; row < Rows; row++) writer.Write(row);
        return buffer.WrittenMemory;
    }
}
