using Exchange.Adapters.Inventory;
using Exchange.Records.Schemas;
using Xunit;

namespace Exchange.Adapters.Tests.Inventory;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("idle", null)]
    [InlineData("valid", null)]
    [InlineData("legalRep_idCard", "id")]
    [InlineData("IDNO", "id")]
    [InlineData("公民身份号码", "id")]
    [InlineData("社保卡号", "document")]
    [InlineData("contactPhone", "phone")]
    [InlineData("联系人电话", "phone")]
    [InlineData("网络地址", null)]
    [InlineData("户籍地址", "address")]
    [InlineData("民族", "ethnicity")]
    public void For_NameAlone_TellsTheKind(string column, string? personal) => Assert.Equal(personal, Suggestion.For(Text(column), null, false)?.Kind.Personal);

    [Fact]
    public void For_ValuesDenyTheName_IsNoSuggestion() =>
        Assert.Null(Suggestion.For(Text("id_no"), Sample([.. Enumerable.Range(0, 50).Select(i => $"ticket {i}")]), false));

    [Fact]
    public void For_ValuesAlone_AreFoundUnderAnyName()
    {
        var found = Suggestion.For(Text("c17"), Sample([.. Enumerable.Range(0, 50).Select(RegisterDatabase.IdOf)]), false);
        Assert.Equal(("id", Certainty.Strong, "cn-resident-id"), (found!.Kind.Personal, found.Certainty, found.Format));
        var some = Suggestion.For(Text("c17"), Sample([.. Enumerable.Range(0, 50).Select(i => i % 3 == 0 ? RegisterDatabase.IdOf(i) : $"x{i}")]), false);
        Assert.Equal(("id", Certainty.Possible, null), (some!.Kind.Personal, some.Certainty, some.Format));
    }

    [Fact]
    public void For_Key_TakesNoMaskButPseudonym()
    {
        Assert.Equal("pseudonym", Suggestion.For(Text("sfzh"), null, isKey: true)!.Mask);
        Assert.Equal("id", Suggestion.For(Text("sfzh"), null, isKey: false)!.Mask);
    }

    [Fact]
    public void For_AnyColumn_EvidenceIsInBothLanguagesWithoutValues()
    {
        var found = Suggestion.For(Text("姓名"), Sample([.. Enumerable.Range(0, 50).Select(RegisterDatabase.NameOf)]), false)!;
        Assert.All(found.Evidence, e => Assert.False(string.IsNullOrEmpty(e.Zh) || string.IsNullOrEmpty(e.En)));
        Assert.Contains(found.Evidence, e => e.Zh == "抽样的 50 个值中 50 个（100%）符合 person-name");
        Assert.Contains(found.Evidence, e => e.En == "shapes: 字×3 (50)");
    }

    [Theory]
    [InlineData("11010519491231002X", "9×17 A")]
    [InlineData("张三", "字×2")]
    [InlineData("zhang@example.cn", "a×5 @ a×7 . a×2")]
    [InlineData("", "∅")]
    [InlineData("a1b2c3d4e5", "a 9 a 9 a 9 a 9 …")]
    [InlineData("浙A·12345", "字 A · 9×5")]
    public void Shape_OfValue_KeepsNoLetterOrDigit(string value, string expected) => Assert.Equal(expected, ValueShape.Of(value));

    [Fact]
    public void Passed_KnownValues_PassTheirTests()
    {
        Assert.Contains(ValueTests.ResidentId, ValueTests.Passed("11010519491231002X"));
        Assert.Contains(ValueTests.Uscc, ValueTests.Passed("91350100M000100Y43"));
        Assert.Contains(ValueTests.Mobile, ValueTests.Passed("13800138000"));
        Assert.Contains(ValueTests.BankCard, ValueTests.Passed("6222021234567890128"[..18] + LuhnOf("622202123456789012")));
        Assert.Contains(ValueTests.PersonName, ValueTests.Passed("欧阳娜娜"));
        Assert.DoesNotContain(ValueTests.ResidentId, ValueTests.Passed("110105194912310021"));
        Assert.Empty(ValueTests.Passed("hello"));
    }

    private static char LuhnOf(string digits) => (char)('0' + ((10 - (digits.Reverse().Select((c, i) => i % 2 == 0 ? ((c - '0') * 2 % 10) + ((c - '0') * 2 / 10) : c - '0').Sum() % 10)) % 10));

    private static InventoryColumn Text(string name) => new(name, "text", FieldType.Text, false, null, null, null, null, false, true);

    private static ColumnSample Sample(IReadOnlyList<string> values)
    {
        var tally = new ColumnTally();
        foreach (var value in values) tally.Add(value);
        return tally.Sum();
    }
}
