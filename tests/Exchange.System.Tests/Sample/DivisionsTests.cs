using System.Text;
using Exchange.Standalone.Sample;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.System.Tests.Sample;

public sealed class DivisionsTests
{
    [Fact]
    public void Revise_List_DiffersExactlyAsItSays()
    {
        var before = Enumerable.Range(0, 2000).Select(i => new Division($"110101{i:D3}", $"街道{i}", i % 3 == 0 ? 4 : 5, "110101")).ToList();
        var revision = Divisions.Revise(before);
        var (old, now) = (before.ToDictionary(d => d.Code, StringComparer.Ordinal), revision.All.ToDictionary(d => d.Code, StringComparer.Ordinal));
        Assert.NotEmpty(revision.Renamed);
        Assert.NotEmpty(revision.Removed);
        Assert.NotEmpty(revision.Added);
        Assert.Equal(revision.Removed.Select(d => d.Code).Order(StringComparer.Ordinal), old.Keys.Except(now.Keys).Order(StringComparer.Ordinal));
        Assert.Equal(revision.Added.Select(d => d.Code).Order(StringComparer.Ordinal), now.Keys.Except(old.Keys).Order(StringComparer.Ordinal));
        Assert.Equal(
            revision.Renamed.Select(d => d.Code).Order(StringComparer.Ordinal),
            old.Values.Where(d => now.TryGetValue(d.Code, out var later) && later != d).Select(d => d.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Drop_Names_AreGb18030WithChineseHeader()
    {
        var folder = Path.Combine(TestFolder.Create("divisions"), "inbox");
        DivisionFile.Drop([new("330106", "西湖区", 3, "3301"), new("33", "浙\"江,省", 1, null)], folder, "list.csv");
        var text = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!.GetString(File.ReadAllBytes(Path.Combine(folder, "list.csv")));
        Assert.Equal("区划代码,区划名称,级别,上级代码\r\n330106,西湖区,3,3301\r\n33,\"浙\"\"江,省\",1,\r\n", text);
        Assert.Equal(["list.csv"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName));
    }
}
