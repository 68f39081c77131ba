using Exchange.Adapters.Sources.Sheets;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

public sealed class SheetCellTests
{
    [Theory]
    [InlineData(4110000000d, null, "4110000000")]
    [InlineData(411023199003074d, null, "411023199003074")]
    [InlineData(999999999999999d, null, "999999999999999")]
    [InlineData(330106d, "0", "330106")]
    [InlineData(1234d, "000000", "001234")]
    [InlineData(0.1 + 0.2, null, "0.3")]
    [InlineData(1e-7, null, "0.0000001")]
    [InlineData(-15d, null, "-15")]
    public void TextFor_NumberInTextField_IsAllItsDigits(double number, string? format, string text) =>
        Assert.Equal((text, null), new SheetCell(number, format).TextFor(FieldType.Text));

    [Theory]
    [InlineData(110101199003074514d)]
    [InlineData(1e15)]
    [InlineData(-1e15)]
    public void TextFor_NumberOfMoreThan15Digits_IsRefused(double number)
    {
        Assert.Equal(BadCellReason.DigitsLost, new SheetCell(number).TextFor(FieldType.Text).Bad);
        Assert.Equal(BadCellReason.DigitsLost, new SheetCell(number).TextFor(FieldType.Integer).Bad);
        Assert.DoesNotContain("E", new SheetCell(number).TextFor(FieldType.Text).Text, StringComparison.Ordinal);
        Assert.Null(new SheetCell(number).TextFor(FieldType.Double).Bad);
    }

    [Fact]
    public void TextFor_AnyWholeNumberUpTo15Digits_RoundTrips() => Exchange.Testing.Seeds.Run(random =>
    {
        for (var i = 0; i < 20_000; i++)
        {
            var number = random.NextInt64(-999_999_999_999_999, 1_000_000_000_000_000) / (long)Math.Pow(10, random.Next(15));
            Assert.Equal((number.ToString(System.Globalization.CultureInfo.InvariantCulture), null), new SheetCell((double)number).TextFor(FieldType.Text));
        }
    });
}
