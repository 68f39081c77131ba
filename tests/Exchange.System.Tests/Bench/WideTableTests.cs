using Exchange.Benchmarks.Data;
using Exchange.Records.Schemas;
using Xunit;

namespace Exchange.System.Tests.Bench;

public sealed class WideTableTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(120)]
    public void Schema_SoManyColumns_IsValidAndHasAsManyFields(int columns)
    {
        var schema = ResourceSchema.Parse(new WideTable(columns).Schema);

        Assert.False(schema.IsError);
        Assert.Equal(columns, schema.Value.Fields.Count);
    }
}
