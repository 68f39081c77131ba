using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Standalone.Demonstration;

/// <summary>One statement of the demonstration that must hold.</summary>
/// <param name="Name">Stable dotted name for programs.</param>
internal sealed record Check(string Name, Bilingual Title, string Expected, string Actual, bool Ok);

/// <summary>What was checked so far.</summary>
internal sealed class Checks
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Check> _all = [];

    public IReadOnlyList<Check> All => _all;

    public bool AllHold => _all.Count > 0 && _all.TrueForAll(c => c.Ok);

    /// <summary>Holds where both are equal.</summary>
    public void Equal<T>(string name, Bilingual title, T expected, T actual)
        where T : notnull =>
        _all.Add(new Check(name, title, expected.ToString()!, actual.ToString()!, EqualityComparer<T>.Default.Equals(expected, actual)));

    /// <summary>Holds where <paramref name="ok"/>; for statements that are not an equality.</summary>
    public void Holds(string name, Bilingual title, string expected, string actual, bool ok) => _all.Add(new Check(name, title, expected, actual, ok));

    /// <summary>Writes the checks as a JSON array of <c>{name, expected, actual, ok}</c>.</summary>
    public async Task WriteReportAsync(string file, CancellationToken cancellation)
    {
        var report = _all.Select(c => new { c.Name, c.Expected, c.Actual, c.Ok }).ToArray();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, Json) + "\n", cancellation);
    }
}
