using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Benchmarks.Curves;

namespace Exchange.Benchmarks.Reports;

/// <summary>One curve as it was measured.</summary>
internal sealed record CurveRecord(string Name, RunRecord Run, IReadOnlyList<Series> Series, string Note);

/// <summary><c>curves.json</c> holds every point; <c>cost-NAME.svg</c> shows them. A run of some curves leaves the others as they were.</summary>
internal static class CurveFiles
{
    public const string Name = "curves.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(string results, string images, IReadOnlyList<CurveRecord> measured, CancellationToken cancellation)
    {
        if (measured.Count == 0) return;
        Directory.CreateDirectory(results);
        var file = Path.Combine(results, Name);
        var before = File.Exists(file) ? JsonSerializer.Deserialize<List<CurveRecord>>(await File.ReadAllTextAsync(file, cancellation), Format)! : [];
        var curves = AllCurves.All.Select(c => measured.FirstOrDefault(m => m.Name == c.Name) ?? before.Find(b => b.Name == c.Name)).OfType<CurveRecord>();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(curves, Format) + "\n", cancellation);
        foreach (var curve in measured) await File.WriteAllTextAsync(Path.Combine(images, $"cost-{curve.Name}.svg"), CurveChart.Draw(curve), cancellation);
    }
}
