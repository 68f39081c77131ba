using System.Globalization;
using Exchange.Adapters.Sources.Http;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Http;

public sealed class MarkTextTests
{
    [Theory]
    [InlineData("2026-03-01 00:02:00", "2026-02-28 23:57:00")]
    [InlineData("2026-03-01T00:02:00.123Z", "2026-02-28T23:57:00.123Z")]
    [InlineData("2026-03-01T00:02:00+08:00", "2026-02-28T23:57:00+08:00")]
    [InlineData("1767225600", "1767225300")]
    [InlineData("1767225600000", "1767225300000")]
    [InlineData("100", "0")]
    [InlineData("0001-01-01 00:00:00", "0001-01-01 00:00:00")]
    [InlineData("v-17", "v-17")]
    [InlineData("2026年3月1日", "2026年3月1日")]
    public void Before_EachKind_IsWrittenTheSameWay(string mark, string expected) => Assert.Equal(expected, MarkText.Before(mark, TimeSpan.FromMinutes(5)));

    [Fact]
    public void Before_NoOverlap_IsTheMark() => Assert.Equal("1767225600", MarkText.Before("1767225600", TimeSpan.Zero));

    [Fact]
    public void Compare_RandomNumbersAndTimes_OrdersAsTheyDo() => Seeds.Run(random =>
    {
        for (var round = 0; round < 1000; round++)
        {
            var (a, b) = (random.NextInt64(1_000_000_000_000_000), random.NextInt64(1_000_000));
            Assert.Equal(Math.Sign(a.CompareTo(b)), Math.Sign(MarkText.Compare(Text(a), Text(b))));
            var (x, y) = (DateTime.UnixEpoch.AddSeconds(a % 4_000_000_000), DateTime.UnixEpoch.AddSeconds(b));
            Assert.Equal(Math.Sign(x.CompareTo(y)), Math.Sign(MarkText.Compare(Text(x), Text(y))));
        }
    });

    [Fact]
    public void Parse_RandomPointer_ReadsWhatItWrites() => Seeds.Run(random =>
    {
        string[] pieces = ["~", "/", "a", "中", "0", "~0", "~1", " ", "\"", "%"];
        for (var round = 0; round < 1000; round++)
        {
            var names = Enumerable.Range(0, random.Next(5)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => pieces[random.Next(pieces.Length)]))).ToArray();
            Assert.Equal(names, JsonPointer.Parse(JsonPointer.Of(names).ToString())!.Names);
        }
    });

    [Theory]
    [InlineData("data/items")]
    [InlineData("/a~")]
    [InlineData("/a~2b")]
    public void Parse_NoPointer_IsNull(string text) => Assert.Null(JsonPointer.Parse(text));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
