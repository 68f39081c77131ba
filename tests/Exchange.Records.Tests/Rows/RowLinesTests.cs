using Exchange.Records.Rows;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Exchange.Records.Tests.Rows;

public sealed class RowLinesTests
{
    [Fact]
    public void Write_PlainLines_AreOneShortRun()
    {
        var text = Write("人员.csv", [.. Enumerable.Range(2, 2_000).Select(l => (long)l)])!;

        Assert.Equal("2+1*1999/人员.csv", text);
        Assert.Equal(("人员.csv:2", "人员.csv:2001", null), (RowLines.Parse(text)!.Place(0), RowLines.Parse(text)!.Place(1999), RowLines.Parse(text)!.Place(2000)));
    }

    [Fact]
    public void Write_RecordsOverSeveralLines_KeepTheirLines() => Assert.Equal("5+1*2+4*1+1*1/a.csv", Write("a.csv", [5, 6, 7, 11, 12]));

    [Fact]
    public void Write_RandomLines_ReadsBackEachOrNone() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var writer = new RowLinesWriter("a b+1*2.csv");
        for (var batch = 0; batch < 3; batch++)
        {
            var lines = new long[random.Next(0, 6_000)];
            var (line, spread) = ((long)random.Next(1, 1_000_000), random.Next(1, 5));
            for (var i = 0; i < lines.Length; i++) lines[i] = line += random.Next(8) == 0 ? random.Next(1, 1 << random.Next(1, 30)) : random.Next(1, spread + 1);
            foreach (var each in lines) writer.Add(each);
            var text = writer.Take();
            if (lines.Length == 0)
            {
                Assert.Null(text);
                continue;
            }

            Assert.InRange(text!.Length, 1, RowLines.MaxText);
            var read = RowLines.Parse(text)!;
            var isFull = text.Length > RowLines.MaxText - 100;
            for (var i = 0; i < lines.Length; i++)
            {
                var place = read.Place(i);
                if (place is null) Assert.True(isFull);
                else Assert.Equal(FormattableString.Invariant($"a b+1*2.csv:{lines[i]}"), place);
            }

            Assert.Null(read.Place(lines.Length));
            Assert.Null(read.Place(-1));
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_DamagedText_GivesAHintOrNone() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        const string Alphabet = "0123456789+*/ax-. ";
        for (var round = 0; round < 50; round++)
        {
            var text = "2+1*1999+3*1+1*40/a.csv".ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--) text[random.Next(text.Length)] = Alphabet[random.Next(Alphabet.Length)];
            var read = RowLines.Parse(new string(text));
            for (var row = 0; read is not null && row < 2_100; row += 50) Assert.True(read.Place(row) is null or { Length: > 2 });
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("2")]
    [InlineData("2/")]
    [InlineData("/a.csv")]
    [InlineData("-2/a.csv")]
    [InlineData("2+/a.csv")]
    [InlineData("2+1/a.csv")]
    [InlineData("2+1*0/a.csv")]
    [InlineData("2+1*1*1/a.csv")]
    [InlineData("2+1*9999999999/a.csv")]
    [InlineData("2+1*2147483647/a.csv")]
    [InlineData("9223372036854775807+1*1/a.csv")]
    [InlineData("99999999999999999999/a.csv")]
    [InlineData("2/a/b.csv")]
    [InlineData("2/a\n.csv")]
    public void Parse_NotOfTheForm_IsNone(string? text) => Assert.Null(RowLines.Parse(text));

    [Fact]
    public void Parse_TooLong_IsNone() => Assert.Null(RowLines.Parse(string.Concat("2", string.Concat(Enumerable.Repeat("+1*1", RowLines.MaxText / 4)), "/a.csv")));

    [Fact]
    public void Write_NameThatCannotBeCarried_WritesNone()
    {
        Assert.Null(Write("a\u0001.csv", [2, 3]));
        Assert.Null(Write(new string('长', 301), [2, 3]));
    }

    private static string? Write(string file, long[] lines)
    {
        var writer = new RowLinesWriter(file);
        foreach (var line in lines) writer.Add(line);
        return writer.Take();
    }
}
