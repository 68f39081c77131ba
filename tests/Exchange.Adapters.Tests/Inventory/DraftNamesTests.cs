using System.Text;
using System.Text.RegularExpressions;
using Exchange.Adapters.Inventory;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Inventory;

public sealed partial class DraftNamesTests
{
    [Theory]
    [InlineData("people", "people")]
    [InlineData("EnterpriseInfo", "enterprise_info")]
    [InlineData("T_ENT__2023 ", "t_ent_2023")]
    [InlineData("企业_2023", "t_2023")]
    [InlineData("a_very_long_name_of_a_table_that_goes_on_and_on", "a_very_long_name_of_a_table_that_goes_on")]
    public void Resources_OneTable_TakesItsLettersAndDigits(string table, string expected) => Assert.Equal([expected], DraftNames.Resources([table]));

    [Fact]
    public void Resources_ChineseNames_AreStableAndDifferent()
    {
        var names = DraftNames.Resources(["企业", "人口"]);
        Assert.Equal(names, DraftNames.Resources(["企业", "人口"]));
        Assert.Equal(2, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, n => Assert.Matches("^t_[0-9a-f]{8}$", n));
    }

    [Fact]
    public void Fields_GoodNames_AreKept() =>
        Assert.Equal(["姓名", "userName", "x_y", "x_y_2", "f_1st", "select_", "a_b"], DraftNames.Fields(["姓名", "userName", "x_y", "x-y", "1st", "select", "a\"b"]));

    [Fact]
    public void Names_RandomIdentifiers_AreValidAndDifferent() => Seeds.Run(random =>
    {
        string[] pieces = ["a", "B", "_", "-", ".", "\"", " ", "9", "号", "𠮷", "\n", "é", "select", "长长长长长长长长长", "\u0301"];
        for (var round = 0; round < 300; round++)
        {
            var identifiers = Enumerable.Range(0, random.Next(1, 30))
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)])))
                .Where(i => Encoding.UTF8.GetByteCount(i) <= 63).Distinct(StringComparer.Ordinal).ToList();
            var resources = DraftNames.Resources(identifiers);
            Assert.All(resources, r => Assert.Matches(ResourceForm(), r));
            Assert.Equal(identifiers.Count, resources.Distinct(StringComparer.Ordinal).Count());

            var fields = DraftNames.Fields(identifiers);
            Assert.Equal(identifiers.Count, fields.Distinct(StringComparer.Ordinal).Count());
            if (fields.Count == 0) continue;
            var properties = string.Join(',', fields.Select((f, i) => $"\"{f}\":{{\"type\":\"string\",\"x-exchange\":{{\"key\":{(i == 0 ? "true" : "false")}}}}}"));
            var schema = ResourceSchema.Parse($"{{\"type\":\"object\",\"required\":[\"{fields[0]}\"],\"properties\":{{{properties}}}}}");
            Assert.False(schema.IsError, schema.IsError ? schema.Error.ToString() : "");
        }
    });

    [GeneratedRegex("^(?=.{1,40}$)[a-z][a-z0-9]*(?:_[a-z0-9]+)*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ResourceForm();
}
