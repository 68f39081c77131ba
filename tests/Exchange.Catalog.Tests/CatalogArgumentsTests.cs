using Xunit;

namespace Exchange.Catalog.Tests;

public sealed class CatalogArgumentsTests
{
    [Fact]
    public void Read_Bootstrap_NamesItsOptions()
    {
        var read = CatalogArguments.Read(["bootstrap", "--participant", "bureau", "--client", "bureau-1", "--secret-file", "s", "--config", "c.json"])!;
        Assert.Equal(("bootstrap", "bureau", "c.json"), (read.Verb, read.Options["participant"], read.Config));
    }

    [Theory]
    [InlineData]
    [InlineData("fly")]
    [InlineData("run", "now")]
    [InlineData("run", "--config")]
    [InlineData("run", "--fast", "yes")]
    [InlineData("calendar-import")]
    [InlineData("bootstrap", "--client", "x")]
    [InlineData("run", "--config", "a", "--config", "b")]
    public void Read_AnythingElse_IsRefused(params string[] arguments) => Assert.Null(CatalogArguments.Read(arguments));
}
