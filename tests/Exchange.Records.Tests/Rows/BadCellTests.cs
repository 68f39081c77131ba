using System.Buffers;
using Exchange.Records.Rows;
using Xunit;

namespace Exchange.Records.Tests.Rows;

public sealed class BadCellTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("人员.csv", "人员.csv:12")]
    public void WriteBadCell_OfAFile_KeepsPlaceAndText(string? file, string? place)
    {
        foreach (var text in (string[])["", "三十", "a\0b", new('长', 3000)])
        {
            var buffer = new ArrayBufferWriter<byte>();
            new RowWriter(buffer) { Source = file, Line = 12 }.WriteBadCell(text);
            var value = buffer.WrittenSpan[4..];
            Assert.Equal(place, BadCell.Place(value));
            Assert.StartsWith(BadCell.Text(value)!, text, StringComparison.Ordinal);
            Assert.Equal(Math.Min(text.Length, 666), BadCell.Text(value)!.Length);
        }

        var longName = new ArrayBufferWriter<byte>();
        new RowWriter(longName) { Source = new string('长', 200), Line = long.MaxValue }.WriteBadCell("x");
        Assert.EndsWith(":9223372036854775807", BadCell.Place(longName.WrittenSpan[4..]), StringComparison.Ordinal);
    }
}
