using System.Reflection;
using System.Text.RegularExpressions;
using Exchange.Contracts.Errors;
using Xunit;

namespace Exchange.System.Tests.Architecture;

public sealed partial class ErrorCatalogueTests
{
    private static readonly ErrorCode[] s_codes =
        [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(ErrorCode)).Select(field => (ErrorCode)field.GetValue(null)!)];

    [Fact]
    public void Codes_All_HaveUniqueNumbersAndNames()
    {
        Assert.True(s_codes.Length > 50);
        Assert.Empty(s_codes.GroupBy(code => code.Number).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.Empty(s_codes.GroupBy(code => code.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void Codes_All_AreFourDigitsAndSnakeCase() =>
        Assert.All(s_codes, code =>
        {
            Assert.InRange(code.Number, 1000, 9999);
            Assert.Matches("^[a-z]+(_[a-z0-9]+)*$", code.Name);
        });

    [Fact]
    public void Codes_All_NameTheirFieldInPascalCase()
    {
        foreach (var field in typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(ErrorCode)))
            Assert.Equal(field.Name, string.Concat(((ErrorCode)field.GetValue(null)!).Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
    }

    [Fact]
    public void Texts_InBothLanguages_HaveTheSamePlaceholders() =>
        Assert.All(s_codes, code =>
        {
            Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", code.Zh);
            Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", code.En);
            Assert.Equal(PlaceholdersOf(code.En), PlaceholdersOf(code.Zh));
        });

    private static IEnumerable<string> PlaceholdersOf(string text) => Placeholder().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{[a-z_]+\}", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Placeholder();
}
