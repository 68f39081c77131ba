using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Exchange.System.Tests.Faults;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.System.Tests.Proof;

/// <summary>Both comparisons, each with three injected differences, on a small resource.</summary>
[Trait("Cost", "Servers")]
public sealed class ReconcileTests(ITestOutputHelper output)
{
    [Fact]
    public Task Reconcile_ThreeDifferencesInTwentyThousandRows_NamesExactlyThoseReadsEachSideOnceAndRepairs() =>
        ReconcileRun.PlayAsync(20_000, output, TestContext.Current.CancellationToken);

    [Fact]
    public Task Reconcile_EveryRowOfThirtyThousandDiffers_IsRepairedThoughOneAnswerDoesNotCarryIt() =>
        ReconcileRun.RepairAllAsync(30_000, output, TestContext.Current.CancellationToken);
}

/// <summary>The same on a million rows.</summary>
[Trait("Cost", "Faults")]
[Collection(FaultCollection.Name)]
public sealed class MillionRowsReconcileTests(ITestOutputHelper output)
{
    [Fact]
    public Task Reconcile_ThreeDifferencesInAMillionRows_NamesExactlyThoseReadsEachSideOnceAndRepairs() =>
        ReconcileRun.PlayAsync(1_000_000, output, TestContext.Current.CancellationToken);
}

internal sealed class ReconcileRun(FaultBench bench, int rows, ITestOutputHelper output)
{
    private const string Publisher = "publish-item";
    private const string Sink = "receive";
    private static readonly TimeSpan LoadDeadline = TimeSpan.FromMinutes(5);

    public static async Task PlayAsync(int rows, ITestOutputHelper output, CancellationToken cancellation)
    {
        await using var bench = await FaultBench.StartAsync(rows, links: null, cancellation);
        var run = new ReconcileRun(bench, rows, output);
        await run.LandAsync(cancellation);
        await run.SourceAgainstStoreAsync(cancellation);
        await run.TargetAgainstStoreAsync(cancellation);
    }

    public static async Task RepairAllAsync(int rows, ITestOutputHelper output, CancellationToken cancellation)
    {
        await using var bench = await FaultBench.StartAsync(rows, links: null, cancellation);
        var run = new ReconcileRun(bench, rows, output);
        await run.PublishAsync(cancellation);
        await ExecuteAsync(bench.Platform.Database, "UPDATE store.item SET title = title || '改'", cancellation);

        var (exit, report, said) = await AdapterVerb.ReconcileAsync(bench, Publisher, cancellation);
        output.WriteLine(said);
        Assert.True(exit == 4 && report["rangesLeft"]!.GetValue<int>() > 0, said);
        Assert.Contains("run again with --repair", said, StringComparison.Ordinal);

        (exit, report, said) = await AdapterVerb.ReconcileAsync(bench, Publisher, cancellation, "--repair");
        output.WriteLine(said);
        Assert.True(exit == 0 && report["verdict"]!.GetValue<string>() == "repaired", said);
        Assert.Equal((rows, 0, 0), (report["differences"]!.AsArray().Count, report["remaining"]!.AsArray().Count, report["rangesLeft"]!.GetValue<int>()));
        (exit, _, said) = await AdapterVerb.ReconcileAsync(bench, Publisher, cancellation);
        Assert.True(exit == 0, said);
    }

    private async Task PublishAsync(CancellationToken cancellation)
    {
        var publisher = await bench.StartPublisherAsync(FaultBench.Resource, batchRows: 5_000);
        await LoadedAsync(cancellation);
        await bench.StopAsync(publisher);
    }

    private Task LoadedAsync(CancellationToken cancellation) => Eventually.TrueAsync(
        async () => await ScalarAsync(bench.Platform.Database, "SELECT count(*) FROM catalog.stream WHERE NOT in_snapshot AND sequence > 1", cancellation) == 1, LoadDeadline);

    private async Task LandAsync(CancellationToken cancellation)
    {
        var publisher = await bench.StartPublisherAsync(FaultBench.Resource, batchRows: 5_000);
        await Eventually.TrueAsync(async () => await ScalarAsync(bench.Platform.Database, "SELECT count(*) FROM catalog.resource", cancellation) == 1, TimeSpan.FromSeconds(60));
        await bench.GrantAsync(cancellation);
        await LoadedAsync(cancellation);
        var sink = await bench.StartSinkAsync();
        await bench.ConvergedAsync(bench.Consumer.Database, "item", cancellation);
        await bench.StopAsync(publisher);
        await bench.StopAsync(sink);
    }

    private async Task SourceAgainstStoreAsync(CancellationToken cancellation)
    {
        var (source, store) = (bench.Source.Database, bench.Platform.Database);
        await InjectAsync(store, "store.item", first: 17, "_offset, ", "999999999, ", cancellation);
        var before = await CountedAsync(source, "item", store, "store.item", cancellation);
        var clock = Stopwatch.StartNew();

        var (exit, report, said) = await AdapterVerb.ReconcileAsync(bench, Publisher, cancellation);

        output.WriteLine($"source against store, {rows} rows: {clock.Elapsed.TotalSeconds:F1} s; {said}");
        AssertThree(exit, report, first: 17, ("source", "store"));
        await Eventually.EqualAsync((before.First + rows, before.Second + rows), async () =>
            (await RowsReadAsync(source, "item", cancellation), await RowsReadAsync(store, "store.item", cancellation)));
        await RepairAsync(Publisher, cancellation);
    }

    private async Task TargetAgainstStoreAsync(CancellationToken cancellation)
    {
        var (store, target) = (bench.Platform.Database, bench.Consumer.Database);
        await InjectAsync(target, "item", first: 23, "", "", cancellation);
        var before = await CountedAsync(store, "store.item", target, "item", cancellation);
        var clock = Stopwatch.StartNew();

        var (exit, report, said) = await AdapterVerb.ReconcileAsync(bench, Sink, cancellation);

        output.WriteLine($"target against store, {rows} rows: {clock.Elapsed.TotalSeconds:F1} s; {said}");
        AssertThree(exit, report, first: 23, ("store", "target"));
        await Eventually.EqualAsync((before.First + rows, before.Second + rows), async () =>
            (await RowsReadAsync(store, "store.item", cancellation), await RowsReadAsync(target, "item", cancellation)));
        await RepairAsync(Sink, cancellation);
        await bench.ConvergedAsync(target, "item", cancellation);
    }

    private async Task RepairAsync(string adapter, CancellationToken cancellation)
    {
        var (exit, report, said) = await AdapterVerb.ReconcileAsync(bench, adapter, cancellation, "--repair");
        Assert.True(exit == 0 && report["verdict"]!.GetValue<string>() == "repaired", said);
        (exit, report, said) = await AdapterVerb.ReconcileAsync(bench, adapter, cancellation);
        Assert.True(exit == 0 && report["verdict"]!.GetValue<string>() == "equal" && report["differences"]!.AsArray().Count == 0, said);
    }

    private void AssertThree(int exit, JsonNode report, long first, (string Right, string Compared) sides)
    {
        Assert.Equal(4, exit);
        Assert.Equal("different", report["verdict"]!.GetValue<string>());
        Assert.Equal(
            [("changed", first), ("missing", first + 1), ("surplus", rows + first)],
            report["differences"]!.AsArray().Select(d => (d!["kind"]!.GetValue<string>(), long.Parse(d["key"]!["id"]!.GetValue<string>(), CultureInfo.InvariantCulture))).Order());
        Assert.Equal(sides, (report["right"]!["name"]!.GetValue<string>(), report["compared"]!["name"]!.GetValue<string>()));
        Assert.Equal(rows, report["right"]!["rows"]!.GetValue<long>());
        Assert.Equal(rows, report["compared"]!["rows"]!.GetValue<long>());
        var ranges = report["ranges"]!.AsArray();
        Assert.Equal(1_024, ranges.Count);
        Assert.InRange(ranges.Count(r => r!["rightDigest"]!.GetValue<string>() != r["comparedDigest"]!.GetValue<string>()), 1, 3);
        Assert.Equal(rows, ranges.Sum(r => r!["rightRows"]!.GetValue<long>()));
    }

    /// <summary>One row changed, one gone, one that nobody sent.</summary>
    private async Task InjectAsync(NpgsqlDataSource database, string table, long first, string column, string value, CancellationToken cancellation)
    {
        await ExecuteAsync(database, $"UPDATE {table} SET title = title || '改' WHERE id = {first}", cancellation);
        await ExecuteAsync(database, $"DELETE FROM {table} WHERE id = {first + 1}", cancellation);
        await ExecuteAsync(database, $"INSERT INTO {table} ({column}id, title, round, changed) VALUES ({value}{rows + first}, '多余', 0, now())", cancellation);
    }

    /// <summary>Rows read so far by scans of two tables. A session tells what it counted up to ten seconds later, so nothing may have come for longer than that.</summary>
    private static async Task<(long First, long Second)> CountedAsync(
        NpgsqlDataSource first, string firstTable, NpgsqlDataSource second, string secondTable, CancellationToken cancellation)
    {
        var (counted, since) = ((-1L, -1L), Stopwatch.StartNew());
        await Eventually.TrueAsync(async () =>
        {
            var now = (await RowsReadAsync(first, firstTable, cancellation), await RowsReadAsync(second, secondTable, cancellation));
            if (now != counted) (counted, since) = (now, Stopwatch.StartNew());
            return since.Elapsed > TimeSpan.FromSeconds(11);
        }, TimeSpan.FromMinutes(1));
        return counted;
    }

    private static Task<long> RowsReadAsync(NpgsqlDataSource database, string table, CancellationToken cancellation) =>
        ScalarAsync(database, $"SELECT coalesce(seq_tup_read, 0) FROM pg_stat_user_tables WHERE relid = '{table}'::regclass", cancellation);

    private static async Task<long> ScalarAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellation) is long value ? value : -1;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
