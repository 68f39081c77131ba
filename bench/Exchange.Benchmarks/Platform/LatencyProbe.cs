using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Data;
using Npgsql;

namespace Exchange.Benchmarks.Platform;

/// <summary>Milliseconds from a commit at the source until it was seen.</summary>
internal sealed record Latency(double P50, double P99);

/// <summary>Changes one row after the other at the source and waits for each to be seen: by a reader of the change feed, or by a listener at B.</summary>
internal sealed class LatencyProbe : IAsyncDisposable
{
    private const int MostSamples = 200, LeastSamples = 20;
    private const int LeastPause = 5, MostPause = 25;
    private const string Mark = "mark-";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly ExchangePlatform _exchange;
    private readonly CapturedTable _table;
    private readonly string _key;
    private readonly Random _pace = new(20240101);
    private int _number;
    private volatile TaskCompletionSource<long>? _seen;
    private volatile string _awaited = "";

    private LatencyProbe(ExchangePlatform exchange, CapturedTable table, string key, int samples) => (_exchange, _table, _key, Samples) = (exchange, table, key, samples);

    /// <summary>Changes in one run.</summary>
    public int Samples { get; }

    public static async Task<LatencyProbe> OpenAsync(Workbench bench, CapturedTable table, CancellationToken cancellation)
    {
        await EnterpriseTable.ExecuteAsync(table.Target.Database, $"""
            CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_notify(''told'', NEW.address); RETURN NULL; END';
            CREATE TRIGGER told AFTER UPDATE ON {LiveChanges.Table} FOR EACH ROW EXECUTE FUNCTION told();
            ALTER TABLE {LiveChanges.Table} ENABLE ALWAYS TRIGGER told;
            """, cancellation);
        var key = EnterpriseRows.Key(bench.Options.Rows - 1);
        return new LatencyProbe(await bench.ExchangeAsync(cancellation), table, key, Math.Clamp(bench.Options.Rows / 100, LeastSamples, MostSamples));
    }

    /// <summary>Through the adapter, the store and the feed.</summary>
    public async Task<Latency> OursAsync(CancellationToken cancellation)
    {
        await using var adapter = await _table.StartAdapterAsync(cancellation);
        await adapter.CaughtUpAsync(cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var cursor = await _exchange.Consumer.CursorAsync(_table.Name, PublishedResource.Purpose, cancellation);
        var reading = ReadFeedAsync(cursor, over.Token);
        return await SampleAsync(reading, over, cancellation);
    }

    /// <summary>By logical replication.</summary>
    public async Task<Latency> PeerAsync(CancellationToken cancellation)
    {
        await _table.StartReplicationAsync(cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var listener = await _table.Target.Database.OpenConnectionAsync(cancellation);
        listener.Notification += (_, told) => See(told.Payload);
        await using (var listen = new NpgsqlCommand("LISTEN told", listener)) await listen.ExecuteNonQueryAsync(cancellation);
        var latency = await SampleAsync(ListenAsync(listener, over.Token), over, cancellation);
        await _table.StopReplicationAsync(cancellation);
        return latency;
    }

    public async ValueTask DisposeAsync() => await EnterpriseTable.ExecuteAsync(_table.Target.Database, "DROP FUNCTION told CASCADE", CancellationToken.None);

    /// <param name="watching">Ends only with a failure, or when <paramref name="over"/> is cancelled.</param>
    private async Task<Latency> SampleAsync(Task watching, CancellationTokenSource over, CancellationToken cancellation)
    {
        var latencies = new List<double>(Samples);
        await using var connection = await _table.Source.Database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand($"UPDATE {LiveChanges.Table} SET address = $1 WHERE uscc = $2::char(18)", connection)
        {
            Parameters = { new() { Value = "" }, new() { Value = _key } },
        };
        await command.PrepareAsync(cancellation);
        // The first waits for what the other side's run left to be caught up, and is forgotten.
        for (var sample = 0; sample <= Samples; sample++)
        {
            var seen = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = Mark + (++_number).ToString(CultureInfo.InvariantCulture);
            _seen = seen;
            command.Parameters[0].Value = _awaited;
            await command.ExecuteNonQueryAsync(cancellation);
            var committed = Stopwatch.GetTimestamp();
            if (await Task.WhenAny(seen.Task, watching, Task.Delay(Longest, cancellation)) != seen.Task)
                throw new BenchException($"A change was not seen within {Longest}", watching.Exception);
            // It may be seen before the answer to the commit is read.
            if (sample > 0) latencies.Add(Math.Max(Stopwatch.GetElapsedTime(committed, await seen.Task).TotalMilliseconds, 0.01));
            await Task.Delay(_pace.Next(LeastPause, MostPause), cancellation);
        }

        await over.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var sorted = latencies.Order().ToArray();
        return new Latency(sorted[sorted.Length / 2], sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * 0.99))]);
    }

    private void See(string mark)
    {
        if (mark == _awaited) _seen?.TrySetResult(Stopwatch.GetTimestamp());
    }

    private async Task ReadFeedAsync(string cursor, CancellationToken cancellation)
    {
        while (true)
        {
            var (items, next) = await _exchange.Consumer.ChangesAsync(_table.Name, PublishedResource.Purpose, cursor, cancellation);
            foreach (var item in items)
            {
                if (item.TryGetProperty("row", out var row) && row.GetProperty("address").GetString() is { } address) See(address);
            }

            cursor = next;
        }
    }

    private static async Task ListenAsync(NpgsqlConnection listener, CancellationToken cancellation)
    {
        while (true) await listener.WaitAsync(cancellation);
    }
}
