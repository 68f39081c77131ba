using System.Text.RegularExpressions;
using Exchange.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Exchange.System.Tests.Deployment;

/// <summary>The services of <c>deploy/compose.yaml</c> with their settings; variables have their defaults, empty ones the value <c>secret</c>.</summary>
internal static partial class ComposeFile
{
    public static string Path => TestPaths.InRepository("deploy", "compose.yaml");

    public static Dictionary<string, Dictionary<object, object>> Services()
    {
        using var text = new StringReader(Variable().Replace(File.ReadAllText(Path), match => match.Groups["default"].Value is { Length: > 0 } value ? value : "secret"));
        var root = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(text)));
        return ((Dictionary<object, object>)root["services"]).ToDictionary(
            service => (string)service.Key, service => (Dictionary<object, object>)service.Value, StringComparer.Ordinal);
    }

    public static Dictionary<string, string> EnvironmentOf(string service) =>
        Services()[service].TryGetValue("environment", out var environment)
            ? ((Dictionary<object, object>)environment).ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value, StringComparer.Ordinal)
            : [];

    /// <summary>Settings of a host as its configuration sees them: <c>EXCHANGE_A__B</c> is <c>A:B</c>.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> SettingsOf(string service) =>
        EnvironmentOf(service)
            .Where(entry => entry.Key.StartsWith("EXCHANGE_", StringComparison.Ordinal))
            .Select(entry => new KeyValuePair<string, string?>(entry.Key["EXCHANGE_".Length..].Replace("__", ":", StringComparison.Ordinal), entry.Value));

    [GeneratedRegex(@"\$\{[A-Z_]+:-(?<default>[^}]*)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
