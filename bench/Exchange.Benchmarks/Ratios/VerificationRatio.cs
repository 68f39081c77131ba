using System.Text.Json;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Load;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <summary>Whether a name and a number belong to a key, without receiving data.</summary>
internal static class VerificationRatio
{
    private const int Keys = 4000;

    public static readonly Promise Promise = new(
        "verification", "核验", "requests/s", 0.60, null,
        "`POST /v1/verify/{resource}`, match or no match, with token, grant and a committed audit entry", "bare Kestrel and Npgsql comparing in SQL, no token, grant or audit");

    public static async Task<Measurement> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var published = await bench.PublishedAsync(cancellation);
        var bodies = await BodiesAsync(await bench.SourceAsync(cancellation), published.Rows, cancellation);
        await using var bare = await HttpPeer.BareAsync(bench, published, cancellation);
        return await Requesting.MeasureAsync(
            bench, Promise,
            [.. bodies.Select(body => new Call("POST", $"/v1/verify/{published.Name}", body))],
            (bare, [.. bodies.Select(body => new Call("POST", "/verify", body))]),
            "two fields compared by key, every other request with a name that does not match", cancellation);
    }

    private static async Task<List<string>> BodiesAsync(Department source, int rows, CancellationToken cancellation)
    {
        var step = Math.Max(1, rows / Keys);
        var keys = Enumerable.Range(0, Math.Min(Keys, rows)).Select(n => EnterpriseRows.Key(n * step)).ToArray();
        await using var command = source.Database.CreateCommand($"SELECT uscc, legal_rep, id_no FROM {EnterpriseTable.Name} WHERE uscc = ANY($1::char(18)[])");
        command.Parameters.Add(new() { Value = keys });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var bodies = new List<string>(keys.Length);
        while (await reader.ReadAsync(cancellation))
        {
            var name = bodies.Count % 2 == 0 ? reader.GetString(1) : "某某";
            bodies.Add(JsonSerializer.Serialize(new { key = new { uscc = reader.GetString(0) }, match = new { legal_rep = name, id_no = reader.GetString(2) } }));
        }

        return bodies.Count == keys.Length ? bodies : throw new BenchException($"{bodies.Count} of {keys.Length} keys were found in the source");
    }
}
