using Exchange.Adapters.Sources.Http;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Http;

public sealed class PagingTests
{
    private const string Base = "https://register.example/api/list?status=all";

    [Theory]
    [InlineData("Page", "https://register.example/api/list?status=all&limit=50&page=1", "https://register.example/api/list?status=all&limit=50&page=2")]
    [InlineData("Offset", "https://register.example/api/list?status=all&limit=50&page=0", "https://register.example/api/list?status=all&limit=50&page=7")]
    [InlineData("Cursor", "https://register.example/api/list?status=all&limit=50", "https://register.example/api/list?status=all&limit=50&page=a%26b")]
    [InlineData("Next", "https://register.example/api/list?status=all&limit=50", "https://register.example/api/a&b")]
    public void After_FullPage_AsksForTheNext(string style, string first, string second)
    {
        var model = Model(Enum.Parse<PagingStyle>(style));
        var question = Paging.First(model, null);
        Assert.Equal(first, question.Address.AbsoluteUri);
        var next = Paging.After(model, question, Page(7, next: "a&b"), 7).Value!;
        Assert.Equal((second, 2), (next.Address.AbsoluteUri, next.Number));
    }

    [Theory]
    [InlineData("Page")]
    [InlineData("Offset")]
    public void After_EmptyPage_IsTheEnd(string style)
    {
        var model = Model(Enum.Parse<PagingStyle>(style));
        Assert.Null(Paging.After(model, Paging.First(model, null), Page(0), 7).Value);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData(null, false)]
    public void After_More_DecidesTheEnd(string? more, bool goesOn)
    {
        var model = Model(PagingStyle.Page);
        model = model with { Paging = model.Paging with { More = JsonPointer.Of("more") } };
        var page = Page(7);
        page.Facts.More = more;
        Assert.Equal(goesOn, Paging.After(model, Paging.First(model, null), page, 7).Value is not null);
    }

    [Fact]
    public void After_TotalReached_IsTheEnd()
    {
        var model = Model(PagingStyle.Page);
        model = model with { Paging = model.Paging with { Total = JsonPointer.Of("total") } };
        var page = Page(7);
        page.Facts.Total = "14";
        Assert.NotNull(Paging.After(model, Paging.First(model, null), page, 7).Value);
        Assert.Null(Paging.After(model, Paging.First(model, null), page, 14).Value);
    }

    [Theory]
    [InlineData("https://register.example:444/a")]
    [InlineData("http://register.example/a")]
    [InlineData("//evil.example/a")]
    [InlineData("https://a@register.example/a")]
    [InlineData("javascript:alert(1)")]
    public void After_LinkToAnotherHost_IsRefused(string link) =>
        Assert.Equal(ErrorCodes.HttpAddressRefused, Paging.After(Model(PagingStyle.Next), Paging.First(Model(PagingStyle.Next), null), Page(7, next: link), 7).Error?.Code);

    [Fact]
    public void After_CursorOfItself_IsARepeatUnlessTheLogHasEnded()
    {
        var model = Model(PagingStyle.Cursor);
        model = model with { Changes = new HttpChanges("page", JsonPointer.Of("c"), null, null, new HashSet<string>(StringComparer.Ordinal), default, default) };
        var question = Paging.First(model, "x");
        Assert.Equal(ErrorCodes.HttpPagesRepeat, Paging.After(model, question, Page(7, next: "x"), 7).Error?.Code);
        Assert.Null(Paging.After(model, question, Page(0, next: "x"), 7).Value);
    }

    [Fact]
    public void With_AnyParameter_ReplacesItAndKeepsTheOthers() => Seeds.Run(random =>
    {
        string[] names = ["a", "页", "a b", "c&d", "e=f", "%41"];
        for (var round = 0; round < 500; round++)
        {
            var address = new Uri("https://register.example/x?keep=1&flag");
            var expected = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                var (name, value) = (names[random.Next(names.Length)], names[random.Next(names.Length)] + random.Next(100));
                address = PageAddress.With(address, name, value);
                expected[name] = value;
            }

            var read = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address.Query);
            Assert.Equal("1", read["keep"]);
            Assert.True(read.ContainsKey("flag"));
            foreach (var (name, value) in expected) Assert.Equal(value, read[name].ToString());
        }
    });

    [Theory]
    [InlineData("<https://a.example/?p=2>; rel=\"next\"", "https://a.example/?p=2")]
    [InlineData("<a>; rel=first, <b>; title=\"x, <c>; rel=next\"; rel=\"prev next\"", "b")]
    [InlineData("<a>;rel=NEXT", "a")]
    [InlineData("<a>; rel=prev; rel=next", null)]
    [InlineData("<a>; rel=\"nextpage\"", null)]
    [InlineData("<a", null)]
    [InlineData("", null)]
    public void Next_LinkHeader_IsFound(string header, string? expected) => Assert.Equal(expected, LinkHeader.Next([header]));

    [Fact]
    public void Next_RandomHeader_NeverThrowsAndFindsWhatWasWritten() => Seeds.Run(random =>
    {
        string[] pieces = ["<", ">", ";", ",", "rel", "=", "\"", "next", "\\", " ", "a", "\t", "prev"];
        for (var round = 0; round < 2000; round++)
        {
            LinkHeader.Next([string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => pieces[random.Next(pieces.Length)]))]);
            var before = string.Concat(Enumerable.Range(0, random.Next(4)).Select(i => $"<x{i}>; rel=\"prev\"; title=\"a\\\"{i},<\", "));
            Assert.Equal("/target?a=1,2", LinkHeader.Next([$"{before}</target?a=1,2>; rel=\"next\""]));
        }
    });

    private static HttpPage Page(long rows, string? next = null) => new(new PageFacts { Rows = rows, Next = next, HasRows = true }, "", []);

    private static HttpSourceModel Model(PagingStyle style) => new(
        new Uri(Base), null, JsonPointer.Root, new Dictionary<string, JsonPointer>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), null,
        new HttpPaging(style, "page", 1, "limit", 50, JsonPointer.Of("next"), null, null), null, JsonCellOptions.Default, HttpLimitsSettings.Default, false, TimeSpan.FromMinutes(1), "");
}
