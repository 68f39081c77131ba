using Exchange.Adapters.Configuration;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Configuration;

public sealed class SettingsDocumentTests
{
    private const string UpdateVariable = "EXCHANGE_UPDATE_DOCS";

    [Fact]
    public async Task Write_Always_IsWhatTheDocumentSays()
    {
        var path = TestPaths.InRepository("docs", "configuration.md");
        var written = SettingsDocument.Write();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1") await File.WriteAllTextAsync(path, written);
        Assert.Equal(written, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public void Settings_Each_IsDescribedInBothLanguages()
    {
        foreach (var setting in AdapterSettings.All.SelectMany(s => s.Settings))
        {
            Assert.NotEmpty(setting.En);
            Assert.Contains(setting.Zh, c => c >= '一');
        }

        Assert.All(AdapterSettings.All, s => Assert.Equal(s.Settings.Count, s.Settings.DistinctBy(t => t.Name).Count()));
    }
}
