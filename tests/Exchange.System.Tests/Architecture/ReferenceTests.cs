using System.Xml.Linq;
using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Architecture;

public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        ["Exchange.Contracts"] = [],
        ["Exchange.Records"] = ["Exchange.Contracts"],
        ["Exchange.Hosting"] = ["Exchange.Contracts", "Exchange.Records"],
        ["Exchange.Catalog"] = ["Exchange.Hosting"],
        ["Exchange.Gateway"] = ["Exchange.Hosting"],
        ["Exchange.Adapters"] = ["Exchange.Hosting"],
        ["Exchange.Standalone"] = ["Exchange.Catalog", "Exchange.Gateway", "Exchange.Adapters"],
    };

    [Fact]
    public void Projects_OfProduct_AreThoseOfTheArchitecture()
    {
        var projects = ProductProjects().Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void References_BetweenProjects_FollowTheArchitecture()
    {
        foreach (var project in ProductProjects())
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = Elements(project, "ProjectReference").Select(include => Path.GetFileNameWithoutExtension(include));

            Assert.All(references, reference => Assert.True(s_allowed[name].Contains(reference, StringComparer.Ordinal), $"{name} must not reference {reference}."));
        }
    }

    [Theory]
    [InlineData("Exchange.Catalog", "Exchange.Catalog.dll")]
    [InlineData("Exchange.Gateway", "Exchange.Gateway.dll")]
    [InlineData("Exchange.Adapters", "exchange-adapter.dll")]
    public void Hosts_Compiled_DoNotReferenceEachOther(string host, string file)
    {
        string[] hosts = ["Exchange.Catalog", "Exchange.Gateway", "exchange-adapter", "Exchange.Standalone"];
        var assembly = global::System.Reflection.Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, file));

        var references = assembly.GetReferencedAssemblies().Select(reference => reference.Name);

        Assert.DoesNotContain(references, reference => hosts.Contains(reference, StringComparer.Ordinal));
        Assert.True(s_allowed.ContainsKey(host));
    }

    [Fact]
    public void Contracts_Packages_None()
    {
        Assert.Empty(Elements("src/Exchange.Contracts/Exchange.Contracts.csproj", "PackageReference"));
        Assert.Empty(Elements("src/Exchange.Contracts/Exchange.Contracts.csproj", "FrameworkReference"));
    }

    [Fact]
    public void Versions_OfPackages_AreExactAndCentral()
    {
        var versions = XDocument.Load(TestPaths.InRepository("Directory.Packages.props")).Descendants("PackageVersion").Select(e => (string)e.Attribute("Version")!);
        Assert.All(versions, version => Assert.Matches(@"^\[[0-9]+(\.[0-9]+)+(-[0-9A-Za-z.]+)?\]$", version));

        var projects = Repository.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal));
        Assert.All(projects, project => Assert.DoesNotContain(
            XDocument.Load(TestPaths.InRepository(project)).Descendants("PackageReference"), reference => reference.Attribute("Version") is not null));
    }

    private static IEnumerable<string> ProductProjects() =>
        Repository.Files.Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal));

    private static List<string> Elements(string project, string name) =>
        [.. XDocument.Load(TestPaths.InRepository(project)).Descendants(name).Select(element => (string)element.Attribute("Include")!)];
}
