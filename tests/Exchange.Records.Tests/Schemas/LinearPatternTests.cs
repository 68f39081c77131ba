using System.Diagnostics;
using Exchange.Records.Schemas;

namespace Exchange.Records.Tests.Schemas;

public sealed class LinearPatternTests
{
    [Theory]
    [InlineData("^\\d+$", "123", true)]
    [InlineData("^\\d+$", "１２３", false)]
    [InlineData("^\\d+$", "123\n", false)]
    [InlineData("^\\w+$", "a_Z9", true)]
    [InlineData("^\\w+$", "é", false)]
    [InlineData("^\\s$", "\u00A0", true)]
    [InlineData("^\\S$", "\u0085", true)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^.{2}$", "企😀", true)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData("^[^a]$", "😀", true)]
    [InlineData("^\\D$", "😀", true)]
    [InlineData("^😀+$", "😀😀", true)]
    [InlineData("^[一-龥]{2,4}$", "张三丰", true)]
    [InlineData("^[\\u4e00-\\u9fa5]+$", "张a", false)]
    [InlineData("^[\\w.-]+$", "a.b-c", true)]
    [InlineData("b", "abc", true)]
    [InlineData("^(?:a|bc)*$", "abca", true)]
    [InlineData("^(a|bc)*$", "abcb", false)]
    [InlineData("^[^^]$", "^", false)]
    [InlineData("^a\\/b\\.c$", "a/b.c", true)]
    [InlineData("^a b#c$", "a b#c", true)]
    [InlineData("^a{2,}$", "aaa", true)]
    [InlineData("", "x", true)]
    public void TryCompile_PatternOfTheProfile_MatchesAsEcmaScriptDoes(string pattern, string text, bool matches)
    {
        Assert.True(LinearPattern.TryCompile(pattern, out var regex, out var refused), refused);
        Assert.Equal(matches, regex.Count(text) > 0);
    }

    [Theory]
    [InlineData("(a)\\1", "\\1")]
    [InlineData("(?=a)", "(?=a")]
    [InlineData("(?<n>a)", "(?<n")]
    [InlineData("(?i)a", "(?i)")]
    [InlineData("\\bword", "\\b")]
    [InlineData("\\p{L}", "\\p")]
    [InlineData("\\x41", "\\x")]
    [InlineData("[a-z-[aeiou]]", "[[")]
    [InlineData("[😀]", "[U+10000…]")]
    [InlineData("[\\S]", "\\S")]
    [InlineData("[]", "[]")]
    [InlineData("[a", "[a")]
    [InlineData("(a", "InsufficientClosingParentheses")]
    [InlineData("a)", "InsufficientOpeningParentheses")]
    [InlineData("a**", "NestedQuantifiersNotParenthesized")]
    [InlineData("{", "{")]
    [InlineData("a{1001}", "{1001}")]
    [InlineData("((a{100}){100}){100}", "{100}")]
    [InlineData("\\", "\\")]
    [InlineData("\\uD800", "\\u")]
    public void TryCompile_AnythingElse_NamesTheConstruct(string pattern, string construct)
    {
        Assert.False(LinearPattern.TryCompile(pattern, out _, out var refused));
        Assert.Equal(construct, refused);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|aa)*$")]
    [InlineData("^(.*a){20}$")]
    public void Match_PatternThatBacktracksForEver_TakesLinearTime(string pattern)
    {
        Assert.True(LinearPattern.TryCompile(pattern, out var regex, out _));
        var text = new string('a', 20_000) + "!";
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(0, regex.Count(text));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
