using Exchange.Standalone.Sample;
using Xunit;

namespace Exchange.System.Tests.Sample;

public sealed class EnterpriseMakerTests
{
    private const int Rows = 20_000;

    private static readonly Division[] SomeDivisions =
    [
        new("33", "浙江省", 1, null), new("3301", "杭州市", 2, "33"), new("3302", "宁波市", 2, "33"),
        new("330106", "西湖区", 3, "3301"), new("330110", "余杭区", 3, "3301"), new("330203", "海曙区", 3, "3302"), new("330212", "鄞州区", 3, "3302"),
        new("11", "北京市", 1, null), new("1101", "市辖区", 2, "11"), new("110105", "朝阳区", 3, "1101"),
    ];

    private static readonly EnterpriseMaker Maker = new(SomeDivisions, seed: 7);

    [Fact]
    public void Make_SameSeed_GivesSameRow()
    {
        var again = new EnterpriseMaker(SomeDivisions, seed: 7);
        Assert.Equal(Maker.Make(4711), again.Make(4711));
        Assert.NotEqual(Maker.Make(4711), new EnterpriseMaker(SomeDivisions, seed: 8).Make(4711));
    }

    [Fact]
    public void Make_ManyRows_CodesAreUniqueAndTheirCheckCharactersRight()
    {
        var codes = Enumerable.Range(0, Rows).Select(i => Maker.Make(i).Uscc).ToList();
        Assert.Equal(Rows, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.Equal(CheckCharacters.Uscc(code), code[17]));
        Assert.All(codes, code => Assert.Equal(CheckCharacters.Organisation(code.AsSpan(8, 8)), code[16]));
    }

    [Fact]
    public void Make_ManyRows_AboutAQuarterLiesInTheCity()
    {
        var inCity = Enumerable.Range(0, Rows).Count(i => EnterpriseMaker.InCity(Maker.Make(i).Region));
        Assert.InRange(inCity, Rows / 5, Rows * 3 / 10);
    }

    [Theory]
    [InlineData("11010519491231002", 'X')]
    [InlineData("44052418800101001", '4')]
    public void ResidentId_KnownNumber_GivesItsCheckCharacter(string first17, char expected) =>
        Assert.Equal(expected, CheckCharacters.ResidentId(first17));

    [Fact]
    public void Uscc_KnownCode_GivesItsCheckCharacter() => Assert.Equal('3', CheckCharacters.Uscc("91350100M000100Y4"));

    [Theory]
    [InlineData(5_000, 12)]
    [InlineData(200_000, 20)]
    public void KindOf_WholeRegister_BreaksAsManyRowsAsCounted(int rows, int expected)
    {
        Assert.Equal(expected, EnterpriseBreaker.Count(rows));
        Assert.Equal(expected, Enumerable.Range(0, rows).Count(i => EnterpriseBreaker.KindOf(i, rows) is not null));
    }
}
