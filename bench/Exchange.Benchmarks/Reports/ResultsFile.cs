using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exchange.Benchmarks.Reports;

/// <summary>One row of <c>latest.json</c>.</summary>
/// <param name="Goal">Null for a row that only informs.</param>
/// <param name="Better"><c>higher</c> or <c>lower</c>.</param>
internal sealed record ResultRow(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("ratio")] double Ratio,
    [property: JsonPropertyName("goal")] double? Goal,
    [property: JsonPropertyName("better")] string Better,
    [property: JsonPropertyName("unit")] string Unit,
    [property: JsonPropertyName("note")] string Note);

/// <summary>
/// The results of a whole run: <c>measurements.json</c> holds every pair, <c>latest.json</c> the ratio of each row. Rows that were measured apart
/// later take the place of the earlier ones and bring their own date and machine.
/// </summary>
internal static class ResultsFile
{
    public const string Name = "latest.json";
    public const string MeasurementsName = "measurements.json";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="whole">All rows were run: what the folder held before is forgotten.</param>
    /// <returns>The rows that the folder holds now, in the table's order.</returns>
    public static async Task<IReadOnlyList<RowRecord>> WriteAsync(string folder, IReadOnlyList<RowRecord> measured, bool whole, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var details = Path.Combine(folder, MeasurementsName);
        var before = !whole && File.Exists(details) ? JsonSerializer.Deserialize<List<RowRecord>>(await File.ReadAllTextAsync(details, cancellation), Format)! : [];
        RowRecord[] rows =
        [
            .. Benches.Promises.Select(p => measured.FirstOrDefault(r => r.Name == p.Name) ?? before.Find(r => r.Name == p.Name)).OfType<RowRecord>(),
        ];
        await File.WriteAllTextAsync(details, JsonSerializer.Serialize(rows, Format) + "\n", cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, Name), JsonSerializer.Serialize(rows.Where(r => r.Missing is null).Select(r => Row(r, rows)), Format) + "\n", cancellation);
        return rows;
    }

    private static ResultRow Row(RowRecord row, RowRecord[] all)
    {
        var m = row.ToMeasurement();
        return new ResultRow(
            row.Name, Math.Round(m.Ratio, 3), m.Promise.Goal, m.Promise.LowerIsBetter ? "lower" : "higher", $"{m.Promise.Unit} / {m.Promise.Unit}",
            Provisional(row.Run) + Apart(row, all) + ResultsTable.Spread(m) + m.Note);
    }

    private static string Provisional(RunRecord run) => run.Machine.IsBusy ? $"provisional, the machine was busy with other work (load average {run.Machine.Load}); " : "";

    private static string Apart(RowRecord row, RowRecord[] all) =>
        all.Any(r => r.Run != row.Run) ? $"measured {row.Run.Date} on {row.Run.Machine.Processor}, load average before {row.Run.Machine.Load}; " : "";
}
