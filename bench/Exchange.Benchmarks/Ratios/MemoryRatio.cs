using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <summary>The hosts' memory does not grow with the table: each as a new process, a small table against one a hundred times as large.</summary>
internal static class MemoryRatio
{
    /// <summary>The large table has this many times the rows of the run's test table, the small one that part of it.</summary>
    private const int Times = 5;
    private const int Part = 20;
    private const int Ceiling = 300;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(20);

    private static readonly Promise Growth = new(
        "memory", "内存", "MiB", 1.2, null,
        "largest resident size of the host that grows most, from department A's table through the exchange to department B's", "the same host's with a hundredth of the rows") { LowerIsBetter = true };

    private static readonly Promise Largest = new(
        "memory, largest host", "内存（最大进程）", "MiB", 1.0, null,
        "largest resident size of any host in the same run with the large table", "300 MB") { LowerIsBetter = true };

    public static readonly Promise[] Promises = [Growth, Largest];

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(Workbench bench, IReadOnlyList<Promise> chosen, CancellationToken cancellation)
    {
        var (small, large) = (Math.Max(1000, bench.Options.Rows / Part), checked(bench.Options.Rows * Times));
        var few = await RunAsync(bench, small, cancellation);
        var many = await RunAsync(bench, large, cancellation);
        var growing = many.MaxBy(host => host.Value / few[host.Key]).Key;
        var note = $"{large:N0} rows against {small:N0}, all twelve fields; resident MiB " +
            string.Join(", ", many.Select(host => string.Create(CultureInfo.InvariantCulture, $"{host.Key} {host.Value:F0} against {few[host.Key]:F0}"))) +
            "; every host a new process for each table; measured once, a run takes minutes";
        Measurement[] measured =
        [
            new(Growth, [new Pair(many[growing], few[growing])], $"grows most: {growing}; {note}"),
            new(Largest, [new Pair(many.Values.Max(), Ceiling * 1_000_000.0 / (1 << 20))], note),
        ];
        return [.. measured.Where(m => chosen.Contains(m.Promise))];
    }

    /// <returns>Largest resident size of each host in MiB.</returns>
    private static async Task<Dictionary<string, double>> RunAsync(Workbench bench, int rows, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        var (source, target) = (await bench.SourceAsync(cancellation), await bench.TargetAsync(cancellation));
        var resource = string.Create(CultureInfo.InvariantCulture, $"weighed_{rows}");
        bench.Say($"memory with {rows:N0} rows", $"{rows:N0} 行时的内存");
        await EnterpriseTable.FillAsync(source.Database, resource, rows, cancellation);
        await exchange.RestartHostsAsync(cancellation);
        await exchange.GrantAsync(resource, cancellation);
        var publishing = await AdapterText.WriteAsync(bench.Folder, new Publication(source, resource, resource, rows), exchange.Broker.Address, cancellation);
        var receiving = await AdapterText.WriteAsync(bench.Folder, exchange.Consumer, target, resource, cancellation);
        var peaks = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["source adapter"] = await PeakAsync(publishing, rows, cancellation),
            ["sink adapter"] = await PeakAsync(receiving, rows, cancellation),
            ["catalogue"] = exchange.Catalog.PeakBytes(),
            ["gateway"] = exchange.Gateway.PeakBytes(),
        };
        await Stored.RequireAsync(target, resource, rows, cancellation);
        await Stored.RequireAsync(exchange.Platform, $"store.{resource}", rows, cancellation);
        await EnterpriseTable.ExecuteAsync(source.Database, $"DROP TABLE {resource}", cancellation);
        return peaks.ToDictionary(p => p.Key, p => p.Value / (1 << 20), StringComparer.Ordinal);
    }

    private static async Task<long> PeakAsync(string file, int rows, CancellationToken cancellation)
    {
        await using var adapter = await AdapterProcess.StartAsync(file);
        return await adapter.CaughtUpAsync(rows, Deadline, cancellation);
    }
}
