using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;

namespace Exchange.Benchmarks.Peers;

/// <summary>Two binary <c>COPY</c> relays at the same time: A to the platform's server, and from there to B.</summary>
internal sealed class CopyRelays : IPeer
{
    private readonly (Department Source, Department Platform, Department Target) _hops;
    private readonly int _rows;

    private CopyRelays((Department Source, Department Platform, Department Target) hops, int rows) => (_hops, _rows) = (hops, rows);

    public static async Task<IPeer> OpenAsync(Workbench bench, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        await EnterpriseTable.FillAsync(exchange.Platform.Database, "public.relayed", bench.Options.Rows, cancellation);
        return new CopyRelays((await bench.SourceAsync(cancellation), exchange.Platform, await bench.TargetAsync(cancellation)), bench.Options.Rows);
    }

    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        var (source, platform, target) = _hops;
        var stored = $"public.stored_{round.ToString(CultureInfo.InvariantCulture)}";
        var landed = $"landed_{round.ToString(CultureInfo.InvariantCulture)}";
        await EnterpriseTable.CreateAsync(platform.Database, stored, cancellation);
        await EnterpriseTable.CreateGrantedAsync(target.Database, landed, cancellation);
        await Task.WhenAll(platform.SettleAsync(cancellation), target.SettleAsync(cancellation));
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            CopyPipe.RunAsync(source.Database, $"COPY {EnterpriseTable.Name} TO STDOUT (FORMAT binary)", platform.Database, $"COPY {stored} FROM STDIN (FORMAT binary)", cancellation),
            CopyPipe.RunAsync(
                platform.Database, $"COPY (SELECT {EnterpriseTable.GrantedColumns} FROM public.relayed) TO STDOUT (FORMAT binary)",
                target.Database, $"COPY {landed} FROM STDIN (FORMAT binary)", cancellation));
        var elapsed = watch.Elapsed;
        await Stored.RequireAsync(platform, stored, _rows, cancellation);
        await Stored.RequireAsync(target, landed, _rows, cancellation);
        return _rows / elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync() => await EnterpriseTable.ExecuteAsync(_hops.Platform.Database, "DROP TABLE public.relayed", CancellationToken.None);
}
