using System.Diagnostics;
using Exchange.Standalone.Demonstration;
using Exchange.Standalone.Platform;
using Exchange.Testing;

namespace Exchange.System.Tests.Faults;

/// <summary>
/// Rounds of: change rows at the source, let a fault happen at a random moment of their way, wait until the consumer has what the source has, and look
/// at the change feed for what was lost, came twice or was never meant.
/// </summary>
internal sealed class FaultRun(FaultBench bench, FaultLoad load, HostProcess adapter, HostProcess sink)
{
    private static readonly TimeSpan Insistence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private string? _cursor;

    public FaultBench Bench => bench;

    /// <summary>The source's table.</summary>
    public SourceTable Table { get; } = new(bench.Source.Database, load);

    public HostProcess Adapter => adapter;

    public HostProcess Sink => sink;

    /// <summary>Starts the flow from the source's table to the consumer's, and waits until it stands.</summary>
    public static async Task<FaultRun> StartAsync(FaultBench bench, FaultLoad load, string mode, CancellationToken cancellation)
    {
        var adapter = await bench.StartPublisherAsync(FaultBench.Resource, load.BatchRows, mode);
        await Eventually.TrueAsync(
            async () => (await bench.Bureau.GetAsync($"/v1/resources/{FaultBench.Resource}", cancellation)).Status == 200, TimeSpan.FromSeconds(30));
        await bench.GrantAsync(cancellation);
        var sink = await bench.StartSinkAsync();
        await bench.ConvergedAsync(bench.Consumer.Database, "item", cancellation);
        await bench.QueuesOnDiskAsync();
        bench.Supervise(bench.Platform.CatalogHost, bench.Platform.GatewayHost, adapter, sink);
        return new FaultRun(bench, load, adapter, sink);
    }

    /// <summary>One round; where it fails, its message has the evidence.</summary>
    /// <param name="longestBefore">The fault begins at a random moment of this time after the source committed.</param>
    public async Task<Outcome> RoundAsync(Random random, TimeSpan longestBefore, Func<FaultClock, Task> fault, CancellationToken cancellation)
    {
        try
        {
            return await PlayAsync(random, longestBefore, fault, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            throw await FaultEvidence.WithAsync(bench, e, cancellation);
        }
    }

    private async Task<Outcome> PlayAsync(Random random, TimeSpan longestBefore, Func<FaultClock, Task> fault, CancellationToken cancellation)
    {
        // Unknown after a round that failed: its rest is none of this one's, and it has been waited for long enough.
        if (_cursor is null) await bench.ConvergedAsync(bench.Consumer.Database, "item", cancellation, FaultReport.WholeWithin);
        var cursor = _cursor ?? await CursorAsync(cancellation);
        _cursor = null;
        var head = await bench.StoreScalarAsync(FaultSql.FeedHead, "name", FaultBench.Resource, cancellation);
        await Table.BeginRoundAsync(random, cancellation);
        await Task.Delay(longestBefore * random.NextDouble(), cancellation);
        var committed = (int)await bench.StoreScalarAsync(FaultSql.FeedEntries, "offset", head, cancellation);
        var clock = new FaultClock();
        var ended = bench.Ends.Count();
        await fault(clock);
        // Work that comes after the fault: also where everything before it had arrived, the round shows that the exchange works again.
        await Table.InsertAsync(cancellation);
        await bench.ConvergedAsync(bench.Consumer.Database, "item", cancellation);
        var whole = clock.SinceEnd;
        await bench.Platform.WaitUntilReadyAsync(TimeProvider.System, cancellation);
        var feed = await InsistAsync(() => ChangePages.ReadAsync(bench.Reader, FaultBench.Resource, "id", cursor, cancellation));
        _cursor = feed.Cursor;
        return new Outcome(Table.Changes.Compare([.. feed.Operations.Select(o => (long.Parse(o.Key), o.Operation))], committed), whole) { Up = clock.Up, Ends = [.. bench.Ends.Skip(ended)] };
    }

    /// <summary>A cursor behind all there is now.</summary>
    public Task<string> CursorAsync(CancellationToken cancellation) => InsistAsync(async () =>
    {
        using var response = await bench.Reader.OpenAsync($"/v1/data/{FaultBench.Resource}", "application/x-ndjson", cancellation);
        response.EnsureSuccessStatusCode();
        await response.Content.CopyToAsync(Stream.Null, cancellation);
        return response.Headers.GetValues("Exchange-Cursor").First();
    });

    /// <summary>Asks again where the gateway refuses for the moment, as a consumer does.</summary>
    private static async Task<T> InsistAsync<T>(Func<Task<T>> ask)
    {
        for (var begun = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause))
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is HttpRequestException or DemonstrationException && Stopwatch.GetElapsedTime(begun) < Insistence)
            {
                // The gateway says nothing that it cannot vouch for; the last refusal is the test's failure.
            }
        }
    }
}

/// <summary>How much moves: rows of the table, rows of a batch, and what one round changes. The inserts come twice, before and after the fault, and keep the table's size.</summary>
internal sealed record FaultLoad(int Rows, int BatchRows, int Updates, int Inserts)
{
    /// <summary>Few enough for a round of seconds, in several batches.</summary>
    public static readonly FaultLoad Short = new(Rows: 2_000, BatchRows: 100, Updates: 200, Inserts: 50);

    /// <summary>A million changes in two hundred rounds.</summary>
    public static readonly FaultLoad Long = new(Rows: 20_000, BatchRows: 500, Updates: 3_500, Inserts: 500);

    public int Deletes => 2 * Inserts;

    /// <summary>Changes of one round.</summary>
    public int Changes => Updates + Inserts + Deletes + Inserts;
}

/// <summary>What a round showed.</summary>
/// <param name="Whole">From the end of the fault until the consumer had every row as the source had it.</param>
internal sealed record Outcome(Tally Tally, TimeSpan Whole)
{
    /// <summary>Of <see cref="Whole"/>, how long a server that had ended took to take connections again; null where none had.</summary>
    public TimeSpan? Up { get; init; }

    /// <summary>Why processes ended by themselves meanwhile.</summary>
    public IReadOnlyList<string> Ends { get; init; } = [];

    public override string ToString() =>
        $"{Tally}, whole after {Whole.TotalSeconds:F1} s{(Up is { } up ? $" (server up after {up.TotalSeconds:F1} s)" : "")}{string.Concat(Ends.Select(e => $"; ended by itself: {e}"))}";
}

/// <summary>Knows when a fault ended: when the process was started again, the network passed, the disk had room.</summary>
internal sealed class FaultClock
{
    private long? _ended;

    public TimeSpan SinceEnd => Stopwatch.GetElapsedTime(_ended ?? throw new InvalidOperationException("The fault did not say when it ended."));

    /// <summary>From the fault's end until a server that had ended took connections again; null where none had.</summary>
    public TimeSpan? Up { get; private set; }

    public void Ended() => _ended = Stopwatch.GetTimestamp();

    /// <summary>The fault's end was the start of a server, and it takes connections.</summary>
    public void Started() => Up = SinceEnd;
}
