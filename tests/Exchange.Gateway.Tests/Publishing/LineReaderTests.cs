using System.Text;
using Exchange.Gateway.Publishing;
using Exchange.Testing;

namespace Exchange.Gateway.Tests.Publishing;

public sealed class LineReaderTests
{
    [Fact]
    public void Read_MarkBlankLinesAndBothEnds_NumbersAndPlacesEachLine()
    {
        Assert.Equal(
            [(1, 3, "a", false), (3, 8, "b", false), (5, 13, "字", false)],
            Lines("\uFEFFa\r\n\r\nb\n \t\n字", 100));
    }

    [Fact]
    public void Read_LineLongerThanAllowed_KeepsItsBeginningAndGoesOn()
    {
        var text = new string('x', 300_000);

        Assert.Equal([(1, 0, "a", false), (2, 2, new string('x', 1000), true), (3, 300_003, "b", false)], Lines($"a\n{text}\nb\n", 1000));
        Assert.Equal([(1, 0, new string('x', 1000), true)], Lines(text, 1000));
    }

    [Fact]
    public void Read_RandomTextInRandomPieces_GivesTheLinesOfTheText() => Seeds.Run(random =>
    {
        for (var round = 0; round < 200; round++)
        {
            const int Longest = 400;
            var lines = Enumerable.Range(0, random.Next(40)).Select(_ => new string((char)random.Next('a', 'z'), random.Next(random.Next(4) == 0 ? 1000 : 60))).ToArray();
            var text = string.Concat(lines.Select(l => l + (random.Next(2) == 0 ? "\n" : "\r\n")));
            var expected = lines.Index().Where(l => l.Item.Length > 0)
                .Select(l => (l.Index + 1, l.Item.Length > Longest ? l.Item[..Longest] : l.Item, l.Item.Length > Longest));

            Assert.Equal(expected, Lines(text, Longest, random).Select(l => ((int)l.Number, l.Text, l.TooLong)));
        }
    });

    private static List<(long Number, long Offset, string Text, bool TooLong)> Lines(string text, int longest, Random? random = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new LineReader(random is null ? new MemoryStream(bytes) : new Pieces(bytes, random), longest);
        var lines = new List<(long, long, string, bool)>();
        while (reader.Read()) lines.Add((reader.Number, reader.Offset, Encoding.UTF8.GetString(reader.Line.Span), reader.IsTooLong));
        return lines;
    }

    private sealed class Pieces(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, random.Next(1, 50)));
    }
}
