using Exchange.Standalone.Sample;
using Xunit;

namespace Exchange.System.Tests.Sample;

public sealed class EnterpriseChangesTests
{
    private static readonly Division[] SomeDivisions =
    [
        new("33", "浙江省", 1, null), new("3301", "杭州市", 2, "33"), new("3302", "宁波市", 2, "33"), new("330106", "西湖区", 3, "3301"), new("330203", "海曙区", 3, "3302"),
    ];

    private static readonly EnterpriseMaker Maker = new(SomeDivisions, seed: 7);
    private static readonly EnterpriseChanges Changes = EnterpriseChanges.Plan(Maker, EnterpriseChanges.SmallestRegister);

    [Fact]
    public void Plan_SmallestRegister_HasAThousandUpdatesTwoHundredInsertsFiftyDeletes()
    {
        Assert.Equal((1000, 200, 50), (Changes.Updated.Count, Changes.Inserted.Count, Changes.Deleted.Count));
        var codes = Changes.Updated.Concat(Changes.Inserted).Select(e => e.Uscc).Concat(Changes.Deleted).ToList();
        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Plan_Expected_FollowsFromWhereRowsAreBeforeAndAfter()
    {
        var before = Enumerable.Range(0, EnterpriseChanges.SmallestRegister).Select(Maker.Make).ToDictionary(e => e.Uscc, StringComparer.Ordinal);
        var actual = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in Changes.Updated.Concat(Changes.Inserted))
        {
            var old = before.GetValueOrDefault(row.Uscc);
            var (was, now) = (EnterpriseMaker.InCity(old?.Region), EnterpriseMaker.InCity(row.Region));
            var granted = old is null || (old.Name, old.LegalRepresentative, old.Status, old.Region) != (row.Name, row.LegalRepresentative, row.Status, row.Region);
            if (now && !was) actual.Add(row.Uscc, "insert");
            else if (was && !now) actual.Add(row.Uscc, "delete");
            else if (was && granted) actual.Add(row.Uscc, "update");
        }

        foreach (var code in Changes.Deleted.Where(c => EnterpriseMaker.InCity(before[c].Region))) actual.Add(code, "delete");
        Assert.Equal(actual.OrderBy(a => a.Key, StringComparer.Ordinal), Changes.Expected.OrderBy(a => a.Key, StringComparer.Ordinal));
    }
}
