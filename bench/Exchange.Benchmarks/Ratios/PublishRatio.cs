using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Peers;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Ratios;

/// <summary>A department's table becomes a resource.</summary>
internal static class PublishRatio
{
    public static readonly Promise Promise = new(
        "bulk publish", "整表发布", "rows/s", 0.50, 0.65,
        "department A's table until it is stored, validated and fed, over RabbitMQ", "one binary `COPY` relay from A to B's server, key index present");

    public static async Task<Measurement> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var source = await bench.SourceAsync(cancellation);
        var target = await bench.TargetAsync(cancellation);
        var exchange = await bench.ExchangeAsync(cancellation);
        exchange.Catalog.ForgetPeak();
        var rows = bench.Options.Rows;
        var pairs = await Alternation.RunAsync(
            bench.Options.Pairs,
            async (pair, stop) =>
            {
                var resource = $"published_{pair.ToString(CultureInfo.InvariantCulture)}";
                await exchange.GrantAsync(resource, stop);
                await exchange.Platform.SettleAsync(stop);
                var elapsed = await exchange.Adapters.PublishAsync(source, resource, rows, stop);
                await Stored.RequireAsync(exchange.Platform, $"store.{resource}", rows, stop);
                return rows / elapsed.TotalSeconds;
            },
            async (pair, stop) =>
            {
                var table = $"piped_{pair.ToString(CultureInfo.InvariantCulture)}";
                await EnterpriseTable.CreateAsync(target.Database, table, stop);
                await target.SettleAsync(stop);
                var watch = Stopwatch.StartNew();
                await CopyPipe.RunAsync(source.Database, $"COPY {EnterpriseTable.Name} TO STDOUT (FORMAT binary)", target.Database, $"COPY {table} FROM STDIN (FORMAT binary)", stop);
                var elapsed = watch.Elapsed;
                await Stored.RequireAsync(target, table, rows, stop);
                return rows / elapsed.TotalSeconds;
            },
            bench.Report(Promise), cancellation);
        return new Measurement(Promise, pairs,
            $"{rows:N0} rows of twelve fields, cast by the source to the exchange's types; adapter and relay in the bench's process, RabbitMQ and catalogue in theirs; " +
            $"catalogue's largest resident size {exchange.Catalog.PeakBytes() >> 20} MiB");
    }
}

/// <summary>Tables that a timed run has filled.</summary>
internal static class Stored
{
    /// <summary>A rate counts only for rows that arrived. Then the table is emptied, so that runs do not fill the disk.</summary>
    public static async Task RequireAsync(Department department, string table, int rows, CancellationToken cancellation)
    {
        var stored = await EnterpriseTable.CountAsync(department.Database, table, cancellation);
        if (stored != rows) throw new BenchException($"{table} holds {stored} rows of {rows}");
        await EnterpriseTable.ExecuteAsync(department.Database, $"TRUNCATE {table}", cancellation);
    }
}
