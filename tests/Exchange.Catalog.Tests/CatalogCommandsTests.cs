using Exchange.Catalog.Tests.Kit;
using Exchange.Hosting.Credentials;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.Catalog.Tests;

[Trait("Cost", "Servers")]
public sealed class CatalogCommandsTests
{
    [Fact]
    public async Task Verbs_OnAnEmptyDatabase_MigrateBootstrapAndImport()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        var folder = TestFolder.Create("catalog");
        var secret = Path.Combine(folder, "secret");
        var year = Path.Combine(folder, "2031.json");
        await File.WriteAllTextAsync(secret, "correct horse battery\n");
        await File.WriteAllTextAsync(year, """{"year":2031,"papers":["甲"],"days":[{"name":"元旦","date":"2031-01-01","isOffDay":true}]}""");

        Assert.Contains("V0001 catalogue", await RunAsync(platform, 0, "migrate"), StringComparison.Ordinal);
        Assert.Contains("up to date", await RunAsync(platform, 0, "migrate"), StringComparison.Ordinal);
        await RunAsync(platform, 0, "bootstrap", "--participant", "bureau", "--client", "bureau-1", "--secret-file", secret);
        await RunAsync(platform, 0, "calendar-import", year);

        Assert.True(ClientSecret.Verify("correct horse battery", await platform.ScalarAsync<string>("SELECT secret_hash FROM catalog.client WHERE client_id = 'bureau-1'")));
        Assert.Equal(1, await platform.ScalarAsync<long>("SELECT count(*) FROM catalog.calendar_day"));
    }

    [Fact]
    public async Task Verbs_OnWrongInput_TellBothLanguagesAndFail()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        var empty = Path.Combine(TestFolder.Create("catalog"), "2027.json");
        await File.WriteAllTextAsync(empty, """{"year":2027,"papers":[],"days":[]}""");

        Assert.Contains("usage", await RunAsync(platform, 2, "fly"), StringComparison.Ordinal);
        await RunAsync(platform, 0, "migrate");
        var refused = await RunAsync(platform, 1, "calendar-import", empty);
        Assert.Contains("2027 年的工作日历无效", refused, StringComparison.Ordinal);
        Assert.Contains("The working-day calendar of 2027 is not valid", refused, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(PlatformDatabase platform, int exitCode, params string[] arguments)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["EXCHANGE_Catalog__Database__ConnectionString"] = platform.CatalogConnection };
        await using var process = CatalogProcess.Start(settings, arguments);
        var (code, output, error) = await process.EndAsync();
        Assert.True(code == exitCode, $"{string.Join(' ', arguments)} ended with {code}: {output}{error}");
        return output + error;
    }
}
